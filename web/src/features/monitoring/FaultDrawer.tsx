import { Alert, Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Drawer } from '@/components/Dialog';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { SiteLink, sitePath } from '@/components/SiteLink';
import { StatusBadge } from '@/components/StatusBadge';
import { TimeText } from '@/components/TimeText';
import { $api, client } from '@/lib/api';
import { messageOf } from '@/lib/errors';
import { useMay } from '@/lib/me';
import type { Fault } from './faultColumns';
import { SeverityBadge } from './SeverityBadge';

const EditFault = lazy(() => import('./EditFault'));

/** One fault: what is known, what people said, what can be done. */
export function FaultDrawer({ id, close }: { id: string; close: () => void }) {
  const fault = $api.useQuery('get', '/fault/{fault}', { params: { path: { fault: id } } });
  return (
    <Drawer onClose={close} title="Fault" size="md">
      <QueryState query={fault}>{(found) => <Details fault={found} />}</QueryState>
    </Drawer>
  );
}

function Details({ fault }: { fault: Fault }) {
  const over = fault.resolved_at !== null;
  return (
    <Stack>
      <Text fw={600} size="lg" style={{ overflowWrap: 'anywhere' }}>{fault.message}</Text>
      <Group gap="md"><StatusBadge state={over ? 'resolved' : 'open'} /><SeverityBadge severity={fault.severity} /></Group>
      <dl style={{ display: 'grid', gridTemplateColumns: 'auto 1fr', gap: '6px 16px', margin: 0, fontSize: '0.875rem' }}>
        <dt className="quiet">Began</dt><dd style={{ margin: 0 }}><TimeText at={fault.created_at} style="full" /></dd>
        <dt className="quiet">{over ? 'Ended' : 'Lasts'}</dt><dd style={{ margin: 0 }}>{over ? <><TimeText at={fault.resolved_at} style="full" /> after {fault.duration}</> : fault.duration}</dd>
        <dt className="quiet">Cause</dt><dd style={{ margin: 0 }}>{fault.cause}</dd>
        <dt className="quiet">Type</dt><dd style={{ margin: 0 }}>{fault.type}</dd>
        <dt className="quiet">Reported by</dt><dd style={{ margin: 0 }}>{fault.microservice_id}</dd>
        {fault.site_id && <><dt className="quiet">Site</dt><dd style={{ margin: 0 }}><SiteLink site={fault.site_id}>{fault.site_name ?? 'Open the site'}</SiteLink> · <Link to={`${sitePath(fault.site_id)}/log` as string}>orchestration log</Link></dd></>}
      </dl>
      <Actions fault={fault} />
      <Comments fault={fault} />
    </Stack>
  );
}

function useShowChange() {
  const queryClient = useQueryClient();
  return (changed: Fault, asked: string) => {
    queryClient.setQueryData(['get', '/fault/{fault}', { params: { path: { fault: asked } } }], changed);
    void queryClient.invalidateQueries({ queryKey: ['fault-list'] });
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === '/fault' || queryKey[1] === '/fault/{fault}' });
  };
}

/** What people reported they may put right and end; the rest follows from measurements. */
function Actions({ fault }: { fault: Fault }) {
  const mayUpdate = useMay('fault:update');
  const show = useShowChange();
  const [busy, setBusy] = useState(false);
  const [editing, setEditing] = useState(false);
  const isOver = fault.resolved_at !== null;
  if (!fault.manual) return isOver ? null : <Text size="sm" className="quiet">It follows from measurements and ends by itself when they are good again.</Text>;
  if (!mayUpdate) return null;
  const resolve = async () => {
    setBusy(true);
    try {
      const { data } = await client.POST('/fault/{fault}/resolve', { params: { path: { fault: fault.id } } });
      show(data!, fault.id);
      notifyDone('The fault is resolved.');
    } catch (error) {
      notifyFailed(error, 'The fault was not resolved');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group>
      {!isOver && <Button onClick={() => void resolve()} loading={busy}>Resolve</Button>}
      <Button variant="default" onClick={() => setEditing(true)}>Edit</Button>
      {editing && <Suspense fallback={null}><EditFault fault={fault} close={() => setEditing(false)} changed={(changed) => show(changed, fault.id)} /></Suspense>}
    </Group>
  );
}

function Comments({ fault }: { fault: Fault }) {
  const mayUpdate = useMay('fault:update');
  const show = useShowChange();
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      const { data } = await client.POST('/fault/{fault}/comment', { params: { path: { fault: fault.id } }, body: { comment: text.trim() } });
      show(data!, fault.id);
      setText('');
    } catch (error) {
      setTrouble(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const comments = fault.comments ?? [];
  return (
    <Stack gap="xs">
      <Text fw={600}>Comments</Text>
      {comments.length === 0 && <Text size="sm" className="quiet">Nobody has said anything yet.</Text>}
      {comments.map((comment) => (
        <Paper key={comment.id} p="xs">
          <Text size="xs" className="quiet">{comment.author} · <TimeText at={comment.created_at} /></Text>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{comment.comment}</Text>
        </Paper>
      ))}
      {mayUpdate && (
        <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
          <Stack gap="xs">
            <Textarea label="Add a comment" value={text} onChange={(event) => setText(event.currentTarget.value)} maxLength={2000} autosize minRows={2} />
            {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
            <Group justify="flex-end"><Button type="submit" variant="default" loading={busy} disabled={text.trim() === ''}>Comment</Button></Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
