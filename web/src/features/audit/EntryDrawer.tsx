import { Anchor, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from '@/components/CopyField';
import { Drawer } from '@/components/Dialog';
import { QueryState } from '@/components/QueryState';
import { TimeText } from '@/components/TimeText';
import { $api } from '@/lib/api';
import { utc } from '@/lib/time';
import { ActorBadge, actorWords, type Entry } from './ActorBadge';
import { OutcomeBadge } from './AuditPage';
import type { AuditSearch } from './filters';

interface Props {
  id: string;
  known: Entry | undefined;
  onClose: () => void;
  onFilter: (change: Partial<AuditSearch>) => void;
}

export function EntryDrawer({ id, known, onClose, onFilter }: Props) {
  const asked = $api.useQuery('get', '/audit-logs/{log}', { params: { path: { log: id } } }, { initialData: known, staleTime: Infinity, meta: { poll: false } });
  return (
    <Drawer onClose={onClose} title="Entry of the audit log" size="lg">
      <QueryState query={asked}>{(entry) => <EntryDetails entry={entry} onFilter={onFilter} />}</QueryState>
    </Drawer>
  );
}

function EntryDetails({ entry, onFilter }: { entry: Entry } & Pick<Props, 'onFilter'>) {
  return (
    <Stack>
      <Group gap="sm"><OutcomeBadge entry={entry} /><Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>{entry.method} {entry.endpoint}</Text></Group>
      {entry.note && <Text size="sm">{entry.note}</Text>}
      <Table layout="fixed" highlightOnHover={false} aria-label="Details">
        <Table.Tbody>
          <Row label="When"><TimeText at={entry.occurred_at} style="full" /><Text size="xs" className="quiet">{utc(entry.occurred_at)}</Text></Row>
          <Row label="Who" filter={entry.user_id ? () => onFilter({ user: entry.user_id! }) : undefined}>
            <ActorBadge entry={entry} />
            <Text size="xs" className="quiet">{[actorWords[entry.actor_kind], entry.email].filter(Boolean).join(', ')}</Text>
          </Row>
          <Row label="From" filter={entry.ip_address ? () => onFilter({ ip: entry.ip_address! }) : undefined}><span className="mono">{entry.ip_address ?? '–'}</span></Row>
          <Row label="Session" filter={entry.session_id ? () => onFilter({ session: entry.session_id! }) : undefined}><span className="mono">{entry.session_id ?? '–'}</span></Row>
          {entry.frontend_page && <Row label="Page"><span className="mono">{entry.frontend_page}</span></Row>}
          <Row label="Program"><Text size="xs">{entry.user_agent ?? '–'}</Text></Row>
          <Row label="Request id"><span className="mono">{entry.request_id}</span></Row>
          <Row label="Place in the chain"><span className="mono">{entry.seq}</span></Row>
        </Table.Tbody>
      </Table>
      <Payload title="What changed" value={entry.changes} />
      <Payload title="What was sent" value={entry.request_payload} />
      <Payload title="What was answered" value={entry.response_payload} />
      <div><Text size="xs" className="quiet" mb={4}>Hash of the entry</Text><CopyField value={entry.hash} label="hash" /></div>
    </Stack>
  );
}

function Row({ label, filter, children }: { label: string; filter?: () => void; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w="8rem" fz="xs" className="quiet" style={{ verticalAlign: 'top' }}>{label}</Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {children}
        {filter && <Anchor component="button" type="button" size="xs" ml="xs" onClick={filter}>Only this</Anchor>}
      </Table.Td>
    </Table.Tr>
  );
}

/** Secrets were masked by the server before they were stored. */
function Payload({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <div>
      <Title order={3} mb={4}>{title}</Title>
      <Code block tabIndex={0} aria-label={title} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: '20rem', overflow: 'auto' }}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</Code>
    </div>
  );
}
