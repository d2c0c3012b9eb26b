import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const listed = new Set([...readFileSync('src/app/mantine.css', 'utf8').matchAll(/styles\/(\w[\w-]*)\.layer\.css/g)].map((match) => match[1]!));
const imported = globSync('src/**/*.tsx').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap((match) => match[1]!.split(',').map((name) => name.trim())));

it('has the styles of every component that is used', () => {
  const styled = new Set(imported.filter((name) => existsSync(`node_modules/@mantine/core/styles/${name}.layer.css`)));
  expect(styled.size).toBeGreaterThan(30);
  expect([...styled].filter((name) => !listed.has(name))).toEqual([]);
});
