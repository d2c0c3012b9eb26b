import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconBan, IconCheck, IconPencil, IconPlus, IconRefresh, IconTerminal2 } from '@tabler/icons-react';
import { useState } from 'react';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { CopyField } from '@/components/CopyField';
import { notifyDone, notifyFailed } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { Section } from '@/components/Section';
import { StatePanel } from '@/components/StatePanel';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client } from '@/lib/api';
import { useMay } from '@/lib/me';
import { RunbookDialog, type Runbook } from './RunbookDialog';

const changed = () => refresh('/runbooks', '/runbooks/{runbook}');

export function RunbooksPage() {
  const runbooks = $api.useQuery('get', '/runbooks', {}, { meta: { poll: false } });
  const [dialog, setDialog] = useState<'new' | Runbook | null>(null);
  const mayCreate = useMay('cpf:create');
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog('new')}>New runbook</Button>;
  return (
    <Page title="Runbooks" scope="site:create|cpf:view" description="Each has a command: pasted into a router's terminal, it adopts the router into this team. Make one for each crew or project, so that one can be refused without the others." actions={create}>
      <QueryState query={runbooks} empty={<StatePanel icon={<IconTerminal2 size={24} />} title="No runbooks" actions={create || undefined}>This team cannot adopt routers yet.</StatePanel>}>
        {(all) => <Stack>{all.map((runbook) => <RunbookCard key={runbook.id} runbook={runbook} onRename={() => setDialog(runbook)} />)}</Stack>}
      </QueryState>
      {dialog && <RunbookDialog runbook={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} />}
    </Page>
  );
}

function RunbookCard({ runbook, onRename }: { runbook: Runbook; onRename: () => void }) {
  const mayChange = useMay('cpf:update');
  const { rotate, refuse, allow } = useRunbookActions(runbook);
  return (
    <Section title={runbook.name} description={<>Since <TimeText at={runbook.created_at} style="short" /></>}
      actions={<Group gap="xs">
        <StatusBadge state={runbook.disabled ? 'fail' : 'ok'} word={runbook.disabled ? 'Refused' : 'Works'} />
        <RowMenu label={`Actions for ${runbook.name}`}>
          {mayChange && <Menu.Item leftSection={<IconPencil size={16} />} onClick={onRename}>Rename</Menu.Item>}
          {mayChange && <Menu.Item leftSection={<IconRefresh size={16} />} onClick={rotate}>New command</Menu.Item>}
          {mayChange && (runbook.disabled
            ? <Menu.Item leftSection={<IconCheck size={16} />} onClick={() => void allow()}>Allow again</Menu.Item>
            : <Menu.Item c="var(--state-offline)" leftSection={<IconBan size={16} />} onClick={refuse}>Refuse</Menu.Item>)}
        </RowMenu>
      </Group>}>
      <div>
        <CopyField value={runbook.bootstrap_command} label={`bootstrap command of ${runbook.name}`} />
        <Text size="xs" className="quiet" mt={6}>{runbook.disabled ? 'Routers that run it are turned away.' : 'It holds a secret: whoever has it can add routers to this team.'}</Text>
      </div>
    </Section>
  );
}

function useRunbookActions(runbook: Runbook) {
  const path = { params: { path: { runbook: runbook.id } } };
  const rotate = () =>
    confirm({
      title: `New command for ${runbook.name}`, action: 'Make a new command', typed: runbook.name,
      body: 'The command as it is now stops working at once, also where it stands in scripts or notes. Sites that were adopted with it are not touched.',
      run: async () => {
        await client.POST('/runbooks/{runbook}/rotate', path);
        await changed();
        notifyDone(`${runbook.name} has a new command.`);
      },
    });
  const refuse = () =>
    confirm({
      title: `Refuse ${runbook.name}`, action: 'Refuse', body: 'Routers that run its command are turned away until you allow it again. Sites that were adopted with it are not touched.',
      run: async () => {
        await client.PUT('/runbooks/{runbook}', { ...path, body: { disabled: true } });
        await changed();
        notifyDone(`${runbook.name} is refused.`);
      },
    });
  const allow = async () => {
    try {
      await client.PUT('/runbooks/{runbook}', { ...path, body: { disabled: false } });
      await changed();
      notifyDone(`${runbook.name} works again.`);
    } catch (error) {
      notifyFailed(error, `${runbook.name} was not allowed`);
    }
  };
  return { rotate, refuse, allow };
}
