import { Button, Group, Stack, Text } from '@mantine/core';
import { IconRefresh, IconTerminal2 } from '@tabler/icons-react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { CopyField } from '@/components/CopyField';
import { notifyDone } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';
import { useMay } from '@/lib/me';

type Runbook = Schemas['Runbook'];

export function RunbooksPage() {
  const runbooks = $api.useQuery('get', '/runbooks', {}, { meta: { poll: false } });
  return (
    <Page title="Runbooks" scope="site:create|cpf:view" description="Each has a command: pasted into a router's terminal, it adopts the router into this team.">
      <QueryState query={runbooks} empty={<StatePanel icon={<IconTerminal2 size={24} />} title="No runbooks">This team cannot adopt routers yet.</StatePanel>}>
        {(all) => <Stack>{all.map((runbook) => <RunbookCard key={runbook.id} runbook={runbook} />)}</Stack>}
      </QueryState>
    </Page>
  );
}

function RunbookCard({ runbook }: { runbook: Runbook }) {
  const mayChange = useMay('cpf:update');
  const rotate = () =>
    confirm({
      title: `New command for ${runbook.name}`, action: 'Make a new command', typed: runbook.name,
      body: 'The command as it is now stops working at once, also where it stands in scripts or notes. Sites that were adopted with it are not touched.',
      run: async () => {
        await client.POST('/runbooks/{runbook}/rotate', { params: { path: { runbook: runbook.id } } });
        await refresh('/runbooks', '/runbooks/{runbook}');
        notifyDone(`${runbook.name} has a new command.`);
      },
    });
  return (
    <Section title={runbook.name} description={<>Since <TimeText at={runbook.created_at} style="short" /></>}
      actions={<Group gap="xs">
        <StatusBadge state={runbook.disabled ? 'off' : 'ok'} word={runbook.disabled ? 'Refused' : 'Works'} />
        {mayChange && <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={rotate}>New command</Button>}
      </Group>}>
      <div>
        <CopyField value={runbook.bootstrap_command} label={`bootstrap command of ${runbook.name}`} />
        <Text size="xs" className="quiet" mt={6}>It holds a secret: whoever has it can add routers to this team.</Text>
      </div>
    </Section>
  );
}
