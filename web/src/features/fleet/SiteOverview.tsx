import { Anchor, Grid, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CopyField } from '@/components/CopyField';
import { QueryState } from '@/components/QueryState';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { SiteFaults } from '@/features/monitoring/SiteFaults';
import { SiteTags } from '@/features/tags/SiteTags';
import { $api } from '@/lib/api';
import { useMay } from '@/lib/me';
import { AvailabilityStrip } from './AvailabilityStrip';
import { siteQuery, type Site } from './queries';

export function SiteOverview({ siteId }: { siteId: string }) {
  const site = useQuery(siteQuery(siteId));
  const [mayJobs, mayBackups, mayFaults] = [useMay('job:view'), useMay('backup:view'), useMay('fault:view')];
  return (
    <QueryState query={site}>
      {(data) => (
        <Stack>
          {data.bootstrap_command && <CopyField value={data.bootstrap_command} label="bootstrap command" />}
          <AvailabilityStrip siteId={siteId} />
          <Grid>
            <Grid.Col span={{ base: 12, md: 7 }}><Facts site={data} /></Grid.Col>
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Stack>
                {mayFaults && <SiteFaults siteId={siteId} />}
                {mayJobs && <RecentJobs siteId={siteId} />}
                {mayBackups && <LastBackup siteId={siteId} />}
                <SiteTags siteId={siteId} />
              </Stack>
            </Grid.Col>
          </Grid>
        </Stack>
      )}
    </QueryState>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" className="quiet">{name}</Text>
      <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>{children ?? '–'}</Text>
    </div>
  );
}

function Facts({ site }: { site: Site }) {
  const firmware = $api.useQuery('get', '/sites/{site}/version', { params: { path: { site: site.id } } }, { enabled: site.state !== 'pending' });
  return (
    <Paper p="md" component="section" aria-labelledby="facts">
      <Title order={2} id="facts" mb="sm">Device</Title>
      <SimpleGrid component="dl" cols={{ base: 2, sm: 3 }} m={0} spacing="sm">
        <Fact name="Model">{site.model}</Fact>
        <Fact name="Board">{site.board_name}</Fact>
        <Fact name="Architecture">{site.architecture_name}</Fact>
        <Fact name="RouterOS">{site.software_version}</Fact>
        <Fact name="Firmware">{firmware.data?.current_firmware}{firmware.data?.firmware_upgrade_available && ` (${firmware.data.upgrade_firmware} is ready)`}</Fact>
        <Fact name="Identity">{site.identity}</Fact>
        <Fact name="Serial number">{site.serial_number && <span className="mono">{site.serial_number}</span>}</Fact>
        <Fact name="Licence">{site.software_id}</Fact>
        <Fact name="Public address">{site.last_seen_from && <span className="mono">{site.last_seen_from}</span>}</Fact>
        <Fact name="Uptime">{site.uptime}</Fact>
        <Fact name="Time zone">{site.timezone}</Fact>
        <Fact name="Place">{site.address}</Fact>
        <Fact name="Added"><TimeText at={site.created_at} style="short" /></Fact>
        <Fact name="Id"><span className="mono">{site.pid}</span></Fact>
      </SimpleGrid>
    </Paper>
  );
}

function RecentJobs({ siteId }: { siteId: string }) {
  const jobs = $api.useQuery('get', '/site/{site}/job', { params: { path: { site: siteId }, query: { per_page: 5 } } });
  return (
    <Paper p="md" component="section" aria-labelledby="recent-jobs">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="recent-jobs">Recent jobs</Title>
        <Anchor component={Link} to={`/sites/${siteId}/log`} size="sm">All jobs</Anchor>
      </Group>
      <QueryState query={jobs} empty={<Text size="sm" className="quiet">No job yet. “Run a script” makes the first one.</Text>}>
        {(list) => (
          <Stack gap={6}>
            {list.map((job) => (
              <Group key={job.id} justify="space-between" wrap="nowrap" gap="xs">
                <Anchor component={Link} to={`/sites/${siteId}/log`} search={{ job: job.id } as never} size="sm" truncate>{job.description}</Anchor>
                <Group gap="xs" wrap="nowrap"><StatusBadge state={job.status} /><Text size="xs" className="quiet"><TimeText at={job.created_at} /></Text></Group>
              </Group>
            ))}
          </Stack>
        )}
      </QueryState>
    </Paper>
  );
}

function LastBackup({ siteId }: { siteId: string }) {
  const backups = $api.useQuery('get', '/backups/{site}', { params: { path: { site: siteId }, query: { limit: 2 } } });
  return (
    <Paper p="md" component="section" aria-labelledby="last-backup">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="last-backup">Last backup</Title>
        <Anchor component={Link} to={`/sites/${siteId}/backups`} size="sm">All backups</Anchor>
      </Group>
      <QueryState query={backups} rows={1} empty={<Text size="sm" className="quiet">None yet. The router makes the first one within minutes of its adoption.</Text>}>
        {([last, before]) => (
          <Text size="sm" component="div">
            <TimeText at={last!.created_at} />, {last!.size}{last!.unchanged ? ', unchanged' : ''}
            {before && <> · <Anchor component={Link} to={`/sites/${siteId}/backups/compare`} search={{ from: before.filename, to: last!.filename } as never} underline="always">compare with the one before</Anchor></>}
          </Text>
        )}
      </QueryState>
    </Paper>
  );
}
