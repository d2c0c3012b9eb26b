import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import { queryClient } from '@/app/queryClient';
import { notifyFailed } from '@/components/notify';
import { $api } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';

const refresh = () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === '/system/demo-fleet' || String(queryKey[1]).startsWith('/sites') });

/** Simulated routers in this team, to look around with; removed as one. Nothing at all where the installation does not offer it. */
export function DemoFleet() {
  const mayAdd = useMay('site:create');
  const fleet = $api.useQuery('get', '/system/demo-fleet', {}, { enabled: mayAdd, retry: false, refetchInterval: (query) => (query.state.data?.state === 'off' ? false : 3000) });
  const [sites, setSites] = useState<number | string>(25);
  const failed = (error: unknown) => notifyFailed(error, 'The demo fleet did not change');
  const start = $api.useMutation('post', '/system/demo-fleet', { onSuccess: refresh, onError: failed });
  const remove = $api.useMutation('delete', '/system/demo-fleet', { onSuccess: refresh, onError: failed });
  const { data } = fleet;
  if (!data?.available) return null;
  if (data.state === 'off')
    return (
      <Group align="flex-end" gap="sm">
        <NumberInput label="Simulated routers" min={1} max={500} value={sites} onChange={setSites} w={150} />
        <Button variant="default" loading={start.isPending} disabled={typeof sites !== 'number'} onClick={() => start.mutate({ body: { sites: Number(sites) } })}>Start a demo fleet</Button>
      </Group>
    );
  return (
    <Alert color="blue" title={`Demo fleet: ${plural(data.adopted, 'simulated router')}, ${data.online} online`}>
      <Group justify="space-between">
        <Text size="sm">{data.message}</Text>
        <Button size="xs" variant="default" loading={remove.isPending} disabled={data.state === 'removing'} onClick={() => remove.mutate({})}>{data.state === 'removing' ? 'Being removed…' : 'Remove the demo fleet'}</Button>
      </Group>
    </Alert>
  );
}
