import { Button, Table, Text } from '@mantine/core';
import { refresh } from '@/app/queryClient';
import { notifyDone, notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { Section } from '@/components/Section';
import { ShortTable } from '@/components/ShortTable';
import { TimeText } from '@/components/TimeText';
import { $api, client, type Schemas } from '@/lib/api';

/** Addresses kept out of a member's account after too many wrong passwords. */
export function Blocks() {
  const blocks = $api.useQuery('get', '/security/blocks', { params: { query: { limit: 100 } } }, { refetchInterval: 30_000 });
  return (
    <Section title="Blocked addresses" description="After ten wrong passwords an address is kept out of that one account. The person has got a mail with a way back in.">
      <QueryState query={blocks} rows={1} isEmpty={(page) => page.data.length === 0} empty={<Text size="sm" className="quiet">No address is blocked.</Text>}>
        {(page) => (
          <ShortTable label="Blocked addresses" head={['Address', 'Account', 'Wrong passwords', 'Since', 'Until', '_Actions']} minWidth={640}>
            {page.data.map((block) => <BlockRow key={block.id} block={block} />)}
          </ShortTable>
        )}
      </QueryState>
    </Section>
  );
}

function BlockRow({ block }: { block: Schemas['Block'] }) {
  const lift = async () => {
    try {
      await client.DELETE('/security/blocks/{id}', { params: { path: { id: block.id } } });
      await refresh('/security/blocks');
      notifyDone(`${block.address} may try ${block.email} again.`);
    } catch (error) {
      notifyFailed(error, 'The block was not lifted');
    }
  };
  return (
    <Table.Tr>
      <Table.Td className="mono" title={`Blocked: ${block.source}`}>{block.address}</Table.Td>
      <Table.Td>{block.email}</Table.Td>
      <Table.Td className="tabular">{block.failures}</Table.Td>
      <Table.Td><TimeText at={block.blocked_at} /></Table.Td>
      <Table.Td><TimeText at={block.until} /></Table.Td>
      <Table.Td ta="end"><Button size="compact-sm" variant="default" onClick={() => void lift()}>Lift</Button></Table.Td>
    </Table.Tr>
  );
}
