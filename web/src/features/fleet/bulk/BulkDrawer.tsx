// One thing done to many sites: choose, see who is hit, confirm, watch, try again what failed.
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Drawer } from '@/components/Dialog';
import { QueryState } from '@/components/QueryState';
import { client } from '@/lib/api';
import { count, plural } from '@/lib/format';
import { outcomeFor, usePreview, type BulkKind, type Preview } from './bulkPreview';
import { BulkResults } from './BulkResults';
import { PreviewLists } from './PreviewLists';
import { runBulk, type BulkAction, type BulkItem } from './runBulk';
import { TagChoice, type ChosenTag } from './TagChoice';

const texts: Record<BulkKind, { title: string; verb: string; what: string }> = {
  backup: { title: 'Back up', verb: 'Back up', what: 'Each router uploads its configuration as soon as it hears of it, at most 30 seconds from now.' },
  tag: { title: 'Add a tag', verb: 'Tag', what: 'A site that has the tag already gets the new value.' },
  untag: { title: 'Take a tag off', verb: 'Take it off', what: 'A site that does not have the tag stays as it is.' },
  delete: { title: 'Delete sites', verb: 'Delete', what: 'Their routers are cleaned up and forgotten after the grace period. Until then each site can be restored on its page.' },
};

function actionFor(kind: BulkKind, tag: ChosenTag | null): BulkAction {
  switch (kind) {
    case 'backup':
      return async (site, signal) => {
        const { data } = await client.POST('/backups/{site}', { params: { path: { site } }, body: {}, signal });
        return { message: 'Asked for', job: data!.job_id };
      };
    case 'tag':
      return async (site, signal) => {
        await client.POST('/tags/{tagId}/values', { params: { path: { tagId: tag!.id } }, body: { correlation_id: site, correlation_type: 'site', value: tag!.value }, signal });
      };
    case 'untag':
      return async (site, signal) => {
        await client.DELETE('/tags/{tagId}/values/{correlationId}', { params: { path: { tagId: tag!.id, correlationId: site } }, signal });
      };
    case 'delete':
      return async (site, signal) => {
        await client.DELETE('/sites/{site}', { params: { path: { site } }, signal });
        return { message: 'Being deleted' };
      };
  }
}

export default function BulkDrawer({ kind, sites, close }: { kind: BulkKind; sites: string[]; close: () => void }) {
  const [chosen] = useState(sites); // what was chosen when this opened, whatever is clicked behind it
  const preview = usePreview(chosen, true);
  const [items, setItems] = useState<BulkItem[] | null>(null);
  const [tag, setTag] = useState<ChosenTag | null>(null);
  const [running, setRunning] = useState(false);
  const stop = useRef<AbortController>(null);
  const queryClient = useQueryClient();
  const run = async (targets: { id: string; name: string }[]) => {
    stop.current = new AbortController();
    setRunning(true);
    await runBulk(targets, actionFor(kind, tag), { signal: stop.current.signal, onProgress: setItems });
    setRunning(false);
    void queryClient.invalidateQueries({ queryKey: ['site-list'] });
    void queryClient.invalidateQueries({ queryKey: ['get', '/sites/summary'] });
  };
  const leave = () => {
    stop.current?.abort();
    close();
  };
  return (
    <Drawer onClose={leave} closeOnClickOutside={!running} title={texts[kind].title} size="lg">
      {items ? (
        <BulkResults kind={kind} items={items} running={running} stop={() => stop.current?.abort()} retry={(again) => void run(again)} close={leave} />
      ) : (
        <Stack>
          <Text size="sm" className="quiet">{texts[kind].what}</Text>
          {(kind === 'tag' || kind === 'untag') && <TagChoice withValue={kind === 'tag'} onChange={setTag} />}
          <QueryState query={preview}>{(found) => <Confirm kind={kind} preview={found} ready={kind === 'backup' || kind === 'delete' || tag !== null} cancel={leave} run={run} />}</QueryState>
        </Stack>
      )}
    </Drawer>
  );
}

interface ConfirmProps {
  kind: BulkKind;
  preview: Preview;
  ready: boolean;
  cancel: () => void;
  run: (targets: { id: string; name: string }[]) => Promise<void>;
}

function Confirm({ kind, preview, ready, cancel, run }: ConfirmProps) {
  const { hit, skipped } = outcomeFor(kind, preview);
  const [typed, setTyped] = useState('');
  const needsCount = kind === 'delete';
  const confirmed = !needsCount || typed.trim() === String(hit.length);
  return (
    <form onSubmit={(event) => { event.preventDefault(); void run(hit.map(({ site_id, name }) => ({ id: site_id, name }))); }}>
      <Stack>
        <PreviewLists hit={hit} skipped={skipped} verb={texts[kind].verb} />
        {needsCount && hit.length > 0 && (
          <Alert color="red" title={`${plural(hit.length, 'site')} will be deleted`}>
            <TextInput label={<>Type <b>{hit.length}</b> to confirm</>} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} inputMode="numeric" autoComplete="off" data-autofocus />
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>Cancel</Button>
          <Button type="submit" color={needsCount ? 'red' : undefined} disabled={!ready || !confirmed || hit.length === 0}>{texts[kind].verb}: {count(hit.length)} {hit.length === 1 ? 'site' : 'sites'}</Button>
        </Group>
      </Stack>
    </form>
  );
}
