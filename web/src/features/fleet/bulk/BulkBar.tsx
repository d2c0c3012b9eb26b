import { Button, CloseButton, Group, Loader, Text } from '@mantine/core';
import { IconArchive, IconTag, IconTagOff, IconTerminal2, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { notifyFailed } from '@/components/notify';
import { client } from '@/lib/api';
import { count, plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { keepSelection } from '@/lib/selection';
import { toFilter, type SiteSearch } from '../sites/siteSearch';
import { mostSites, type BulkKind } from './bulkPreview';
import classes from '../sites/sites.module.css';

const BulkDrawer = lazy(() => import('./BulkDrawer'));

interface Props {
  selected: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
  loaded: number;
  total: number | null;
  search: SiteSearch;
}

/** What can be done to the chosen sites. Everything shows who is hit before it happens. */
export function BulkBar({ selected, onSelect, loaded, total, search }: Props) {
  const [doing, setDoing] = useState<BulkKind | null>(null);
  const navigate = useNavigate();
  const may = { job: useMay('job:create'), backup: useMay('backup:create'), tag: useMay('tag:update'), delete: useMay('site:delete') };
  if (selected.size === 0) return null;
  const tooMany = selected.size > mostSites;
  const runScript = () => void navigate({ to: '/scripts/run' as string, search: keepSelection([...selected]) as never });
  return (
    <>
      <div className={classes.bar} role="region" aria-label="Selected sites">
        <CloseButton onClick={() => onSelect(new Set())} aria-label="Select nothing" />
        <Text fw={600} size="sm" role="status">{plural(selected.size, 'site')} selected</Text>
        {selected.size >= loaded && total !== null && total > selected.size && <SelectAll total={total} search={search} onSelect={onSelect} />}
        <Group gap="xs" ml="auto">
          {tooMany ? <Text size="sm">At most {count(mostSites)} sites at once: narrow the selection.</Text> : (
            <>
              {may.job && <Button size="xs" variant="default" leftSection={<IconTerminal2 size={16} />} onClick={runScript}>Run a script</Button>}
              {may.backup && may.job && <Button size="xs" variant="default" leftSection={<IconArchive size={16} />} onClick={() => setDoing('backup')}>Back up</Button>}
              {may.tag && may.job && <Button size="xs" variant="default" leftSection={<IconTag size={16} />} onClick={() => setDoing('tag')}>Add a tag</Button>}
              {may.tag && may.job && <Button size="xs" variant="default" leftSection={<IconTagOff size={16} />} onClick={() => setDoing('untag')}>Take a tag off</Button>}
              {may.delete && may.job && <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={() => setDoing('delete')}>Delete</Button>}
            </>
          )}
        </Group>
      </div>
      {doing && <Suspense fallback={null}><BulkDrawer kind={doing} sites={[...selected]} close={() => setDoing(null)} /></Suspense>}
    </>
  );
}

function SelectAll({ total, search, onSelect }: { total: number; search: SiteSearch; onSelect: (ids: ReadonlySet<string>) => void }) {
  const [busy, setBusy] = useState(false);
  const select = async () => {
    setBusy(true);
    try {
      const { data } = await client.GET('/sites/ids', { params: { query: toFilter(search) } });
      onSelect(new Set(data ?? []));
    } catch (error) {
      notifyFailed(error, 'The sites were not selected');
    } finally {
      setBusy(false);
    }
  };
  return <Button size="compact-sm" variant="subtle" onClick={() => void select()} disabled={busy} leftSection={busy ? <Loader size={12} /> : undefined}>Select all {count(total)} that match</Button>;
}
