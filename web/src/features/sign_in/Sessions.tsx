import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { openDialog } from '@/components/dialogs';
import { notifyDone } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { signOut } from '@/lib/auth';
import { EndOthers } from './EndOthers';

type Session = Schemas['Session'];
/** RFC 8176. `mfa` says only that there were two. */
const methodWords: Record<string, string> = { pwd: 'password', otp: 'one-time code', hwk: 'passkey', swk: 'passkey', fed: 'linked account', sms: 'text message', fpt: 'fingerprint', face: 'face', user: '' };
const methodsInWords = (methods: readonly string[]) => [...new Set(methods.filter((one) => one !== 'mfa').map((one) => methodWords[one] ?? one))].filter(Boolean).join(', ');
const end = (id: string) => client.DELETE('/me/sessions/{id}', { params: { path: { id } } });

export function Sessions() {
  const sessions = $api.useQuery('get', '/me/sessions');
  const others = sessions.data?.filter((session) => !session.current) ?? [];
  const endOthers = () => openDialog((close) => <EndOthers sessions={others.map((session) => session.id)} close={close} />);
  return (
    <Section title="Sessions" description="Where you are signed in. End what you do not know, then change your password." actions={others.length > 0 && <Button variant="default" onClick={endOthers}>Sign out everywhere else</Button>}>
      <QueryState query={sessions}>
        {(all) => (
          <ShortTable label="Sessions" head={['Device', 'Where', 'Signed in', 'Last used', 'Ends', '_Actions']} minWidth={720}>
            {all.map((session) => <SessionRow key={session.id} session={session} />)}
          </ShortTable>
        )}
      </QueryState>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const ask = () =>
    confirm({
      title: 'End the session', action: 'End session', body: `${session.device ?? 'The device'} at ${session.ip ?? 'an unknown address'} is signed out at once.`,
      run: async () => {
        await end(session.id);
        await refresh('/me/sessions');
        notifyDone('The session was ended.');
      },
    });
  return (
    <Table.Tr>
      <Table.Td>
        <Stack gap={2}>
          <Group gap="xs"><Text size="sm" fw={600} title={session.user_agent ?? undefined}>{session.device ?? 'Unknown device'}</Text>{session.current && <Badge size="sm" variant="light">This one</Badge>}</Group>
          <Text size="xs" className="quiet">{methodsInWords(session.methods)}</Text>
        </Stack>
      </Table.Td>
      <Table.Td className="mono">{session.ip ?? '–'}</Table.Td>
      <Table.Td><TimeText at={session.created_at} /></Table.Td>
      <Table.Td><TimeText at={session.last_seen_at} /></Table.Td>
      <Table.Td><TimeText at={session.expires_at} /></Table.Td>
      <Table.Td ta="end">{session.current ? <Button size="compact-sm" variant="default" onClick={signOut}>Sign out</Button> : <Button size="compact-sm" variant="default" onClick={ask}>End</Button>}</Table.Td>
    </Table.Tr>
  );
}
