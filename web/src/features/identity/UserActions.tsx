import { Button, Group } from '@mantine/core';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone, notifyFailed } from '@/components/notify';
import { Section } from '@/components/Section';
import { client } from '@/lib/api';
import { useMay } from '@/lib/me';
import type { User } from './people';

/** What is done to an account, each after a question that says what it means. */
export function UserActions({ user, onDone }: { user: User; onDone: () => void }) {
  const mayChange = useMay('user:update');
  const mayRemove = useMay('user:delete');
  const params = { params: { path: { user: user.id } } };
  const ask = (title: string, action: string, body: string, done: string, call: () => Promise<unknown>, leaves = false) =>
    confirm({
      title, action, body,
      run: async () => {
        await call();
        await refresh('/users', '/teams', '/roles');
        notifyDone(done);
        if (leaves) onDone();
      },
    });
  const unblock = async () => {
    try {
      await client.POST('/users/{user}/unblock', params);
      await refresh('/users');
      notifyDone(`${user.name} may sign in again.`);
    } catch (error) {
      notifyFailed(error, 'The block was not taken back');
    }
  };
  if (!mayChange && !mayRemove) return null;
  return (
    <Section title="Access">
      <Group gap="xs">
        {mayChange && user.allow_login && (
          <>
            {user.status === 'blocked'
              ? <Button variant="default" onClick={() => void unblock()}>Unblock</Button>
              : <Button variant="default" onClick={() => ask(`Block ${user.name}`, 'Block', 'Nobody signs in with this account any more, and what is signed in ends within a second. It can be taken back.', `${user.name} was blocked.`, () => client.POST('/users/{user}/block', params))}>Block</Button>}
            <Button variant="default" onClick={() => ask(`End the sessions of ${user.name}`, 'End sessions', 'The person is signed out everywhere, with every application, and has to sign in again.', `${user.name} was signed out.`, () => client.POST('/users/{user}/sessions/revoke', params))}>Sign out everywhere</Button>
            {user.mfa_enabled && <Button variant="default" onClick={() => ask(`Reset the second factor of ${user.name}`, 'Reset second factor', 'Authenticator app, passkeys and recovery codes of the account are removed, and the person is told by mail. Make sure that it was really this person who asked.', `${user.name} can sign in without a second factor now.`, () => client.POST('/users/{user}/reset-mfa', params))}>Reset second factor</Button>}
          </>
        )}
        {mayRemove && <Button variant="light" color="red" onClick={() => ask(`Remove ${user.name}`, 'Remove from the team', `${user.email} leaves the team at once. Who is in no other team is deleted, with all sessions. API keys that the person made go on working and are marked.`, `${user.name} is no longer in the team.`, () => client.DELETE('/users/{user}', params), true)}>Remove from the team</Button>}
      </Group>
    </Section>
  );
}
