import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { notifyDone } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useMe } from '@/lib/me';
import { EnrolDialog } from './EnrolDialog';
import { ProofDialog } from './ProofDialog';
import { RecoveryCodesDialog } from './RecoveryCodes';

type Step = { kind: 'prove' | 'disable' | 'renew' } | { kind: 'enrol'; enrolment: Schemas['TwoFactorEnrolment'] } | { kind: 'codes'; codes: string[] } | null;
const changed = () => refresh('/me', '/oauth/2fa-recovery-codes', '/users', '/me/passkeys');

/** With passkeys the server does not say whether there is an app, too: then both ways are open, and it answers. */
export function AuthenticatorApp({ passkeys }: { passkeys: number }) {
  const [step, setStep] = useState<Step>(null);
  const hasFactor = useMe()?.mfa_enabled ?? false;
  const state = !hasFactor ? 'off' : passkeys === 0 ? 'on' : 'unknown';
  const close = () => setStep(null);
  return (
    <>
      <Section title="Authenticator app" description="A code of six digits beside your password."
        actions={<>
          {state !== 'unknown' && <StatusBadge state={state === 'on' ? 'ok' : 'warn'} word={state === 'on' ? 'On' : 'Off'} />}
          {state !== 'on' && <Button variant={state === 'off' ? 'filled' : 'default'} onClick={() => setStep({ kind: 'prove' })}>Set up</Button>}
          {state !== 'off' && <Button variant="default" onClick={() => setStep({ kind: 'disable' })}>Switch off</Button>}
        </>} />
      {hasFactor && <Recovery onRenew={() => setStep({ kind: 'renew' })} />}
      {step?.kind === 'prove' && (
        <ProofDialog title="Set up an authenticator app" action="Go on" body="First show that it is you." onClose={close}
          onProof={async (body) => setStep({ kind: 'enrol', enrolment: (await client.POST('/oauth/2fa', { body })).data! })} />
      )}
      {step?.kind === 'enrol' && <EnrolDialog enrolment={step.enrolment} onClose={close} onCodes={(codes) => { setStep({ kind: 'codes', codes }); void changed(); }} />}
      {step?.kind === 'disable' && (
        <ProofDialog title="Switch the authenticator app off" action="Switch off" both onClose={close}
          body={passkeys === 0 ? 'Your password alone opens your account then, and the recovery codes go. Needs your password and a code.' : 'Your passkeys stay. Needs your password and a code.'}
          onProof={async (body) => { await client.DELETE('/oauth/2fa', { body }); await changed(); notifyDone('The authenticator app is switched off.'); close(); }} />
      )}
      {step?.kind === 'renew' && (
        <ProofDialog title="New recovery codes" action="Make new codes" body="The old ones no longer count." onClose={close}
          onProof={async (body) => { const { data } = await client.POST('/oauth/2fa-recovery-codes', { body }); setStep({ kind: 'codes', codes: data!.recovery_codes }); await changed(); }} />
      )}
      {step?.kind === 'codes' && <RecoveryCodesDialog codes={step.codes} onClose={close} />}
    </>
  );
}

function Recovery({ onRenew }: { onRenew: () => void }) {
  const status = $api.useQuery('get', '/oauth/2fa-recovery-codes', {}, { meta: { poll: false } });
  return (
    <Section title="Recovery codes" description="For the day on which the device is lost." actions={<Button variant="default" onClick={onRenew}>Make new codes</Button>}>
      <QueryState query={status} rows={1}>
        {({ remaining, total, created_at }) => (
          <Stack gap={4}>
            <Group gap="sm"><StatusBadge state={remaining === 0 ? 'fail' : remaining <= 3 ? 'warn' : 'ok'} word={`${remaining} of ${total} left`} /><Text size="sm" className="quiet">made <TimeText at={created_at} /></Text></Group>
            {remaining <= 3 && <Text size="sm">Make new ones before they run out.</Text>}
          </Stack>
        )}
      </QueryState>
    </Section>
  );
}
