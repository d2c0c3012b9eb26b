import { Alert, Code, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { ShortTable } from '@/components/ShortTable';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { DemoFleet } from './DemoFleet';
import { $api, type Schemas } from '@/lib/api';
import { bytes, count } from '@/lib/format';
import { duration } from '@/lib/time';

type Report = Schemas['System'];

/** For the people who run the installation: is it well, what waits, what needs a hand. */
export function SystemPage() {
  const report = $api.useQuery('get', '/system', {}, { refetchInterval: 10_000 });
  return (
    <Page title="System" description="This installation: its health, its queues and its nodes. Only operators see it.">
      <QueryState query={report} rows={8}>{(data) => <Report report={data} />}</QueryState>
    </Page>
  );
}

function Report({ report }: { report: Report }) {
  return (
    <Stack>
      <Checks checks={report.checks} />
      <DemoFleet />
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <Tile name="Version" value={report.version} note={`${report.build.type}, up for ${duration(report.uptime_s * 1000)}`} />
        <Tile name="Routers online" value={`${count(report.devices.online)} of ${count(report.devices.adopted)}`} note={`${report.devices.heartbeats_per_s.toFixed(1)} heartbeats a second`} />
        <Tile name="Database" value={bytes(report.database.size_bytes)} note={`${report.database.engine} ${report.database.version}, ${count(report.database.writer_queue)} writes waiting`} />
        <Tile name="Disk" value={`${bytes(report.storage.free)} free`} note={`${bytes(report.storage.bytes)} used in ${report.storage.data_dir}`} />
        <Tile name="Background work" value={`${count(report.tasks.ready)} ready`} note={`${count(report.tasks.running)} running, ${count(report.tasks.later)} later, ${count(report.tasks.dead)} given up`} bad={report.tasks.dead > 0} />
        <Tile name="Events" value={`${count(report.bus.outbox)} to deliver`} note={`${count(report.bus.dead)} given up`} bad={report.bus.dead > 0} />
        <Tile name="Mail" value={`${count(report.mail.waiting)} waiting`} note={`${count(report.mail.failed)} failed, ${report.mail.delivery === 'capture' ? 'kept here instead of sent' : report.mail.server}`} bad={report.mail.failed > 0} />
        <Tile name="Audit log" value={`${count(report.audit.entries)} entries`} note={`Chain ${report.audit.chain.status}, ${bytes(report.audit.waiting_bytes)} on their way`} bad={report.audit.chain.status === 'broken' || report.audit.lost > 0} />
      </SimpleGrid>
      <Section title="Nodes">
        <Rows label="List of nodes" head={['Node', 'State', 'Version', 'Does', 'Since', 'Last sign of life']}
          rows={report.nodes.map((node) => [
            <span key="n">{node.host}{node.self && <Text span size="xs" className="quiet"> (this one)</Text>}</span>, <StatusBadge key="s" state={node.alive ? 'ok' : 'fail'} word={node.alive ? 'Alive' : 'Silent'} />,
            node.version, node.roles.join(', '), <TimeText key="a" at={node.started_at} />, <TimeText key="b" at={node.seen_at} />,
          ])} />
      </Section>
      <Section title="Background work by kind">
        {report.tasks.by_kind.length === 0 ? <Text size="sm" className="quiet">Nothing waits.</Text> : (
          <Rows label="List of kinds" head={['Kind', 'Ready', 'Running', 'Later', 'Given up', 'Oldest']}
            rows={report.tasks.by_kind.map((kind) => [<Code key="k">{kind.kind}</Code>, count(kind.ready), count(kind.running), count(kind.later), count(kind.dead), kind.ready > 0 ? duration(kind.oldest_s * 1000) : '–'])} />
        )}
      </Section>
      {report.bus.backlog.length > 0 && (
        <Section title="Subscribers that lag behind">
          <Rows label="List of subscribers" head={['Subscriber', 'Waiting', 'Given up', 'Oldest']} rows={report.bus.backlog.map((one) => [<Code key="k">{one.subscriber}</Code>, count(one.backlog), count(one.dead), duration(one.oldest_s * 1000)])} />
        </Section>
      )}
    </Stack>
  );
}

function Checks({ checks }: { checks: Report['checks'] }) {
  const troubles = checks.filter((check) => check.status !== 'ok');
  return (
    <Section title="Health">
      {troubles.length === 0 ? <StatusBadge state="ok" word={`All ${checks.length} checks are fine`} /> : (
        <Stack gap="xs">
          {troubles.map((check) => (
            <Alert key={check.name} color={check.status === 'fail' ? 'red' : 'yellow'} title={<StatusBadge state={check.status} word={check.name} />}>
              {check.message}. {check.next}
            </Alert>
          ))}
          <Text size="sm" className="quiet">{checks.length - troubles.length} other checks are fine.</Text>
        </Stack>
      )}
    </Section>
  );
}

function Tile({ name, value, note, bad = false }: { name: string; value: string; note: string; bad?: boolean }) {
  return (
    <Paper p="md">
      <Text size="xs" className="quiet">{name}</Text>
      <Group gap="xs"><Text size="lg" fw={650} className="tabular">{value}</Text>{bad && <StatusBadge state="warn" word="Needs a look" />}</Group>
      <Text size="xs" className="quiet" style={{ overflowWrap: 'anywhere' }}>{note}</Text>
    </Paper>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return <Paper p="md" component="section" aria-label={title}><Title order={2} mb="sm">{title}</Title>{children}</Paper>;
}

function Rows({ label, head, rows }: { label: string; head: string[]; rows: ReactNode[][] }) {
  return (
    <ShortTable label={label} head={head}>
      {rows.map((row, index) => <Table.Tr key={index}>{row.map((cell, column) => <Table.Td key={head[column]}>{cell}</Table.Td>)}</Table.Tr>)}
    </ShortTable>
  );
}
