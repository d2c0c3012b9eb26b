import { expect, it } from 'vitest';
import { cleanProof, codesAsText } from './proof';

it('spends no code when the password is enough', () => {
  expect(cleanProof({ password: 'p', code: ' 123456 ' }, false)).toEqual({ password: 'p' });
  expect(cleanProof({ password: '', code: ' 123456 ' }, false)).toEqual({ code: '123456' });
  expect(cleanProof({ password: 'p', code: '123456' }, true)).toEqual({ password: 'p', code: '123456' });
  expect(cleanProof({ password: '', code: '' }, true)).toEqual({});
});

it('writes codes one a line', () => {
  expect(codesAsText('OpenStrat', 'ann@example.com', ['AAAA-BBBB', 'CCCC-DDDD'], new Date('2026-03-05T00:00:00Z'))).toBe(
    'OpenStrat recovery codes of ann@example.com\nMade 2026-03-05. Each works once, instead of a code of the authenticator app.\n\nAAAA-BBBB\nCCCC-DDDD\n',
  );
});
