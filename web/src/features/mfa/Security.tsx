import { Stack } from '@mantine/core';
import { QueryState } from '@/components/QueryState';
import { PasswordForm } from '@/features/sign_in/PasswordForm';
import { $api } from '@/lib/api';
import { AuthenticatorApp } from './AuthenticatorApp';
import { Passkeys } from './Passkeys';

/** Password, authenticator app, recovery codes, passkeys. */
export function Security() {
  const passkeys = $api.useQuery('get', '/me/passkeys', {}, { meta: { poll: false } });
  return (
    <Stack>
      <QueryState query={passkeys}>
        {(all) => (
          <>
            <AuthenticatorApp passkeys={all.length} />
            <Passkeys passkeys={all} />
          </>
        )}
      </QueryState>
      <PasswordForm />
    </Stack>
  );
}
