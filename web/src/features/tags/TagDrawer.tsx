import { Button, ColorSwatch, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Drawer } from '@/components/Dialog';
import { QueryState } from '@/components/QueryState';
import { $api } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { TagGaps } from './TagGaps';
import { kinds, type Kind, type Tag } from './tags';

/** One tag: how often each value is used, and what lacks it. */
export function TagDrawer({ tag, onClose, onEdit }: { tag: Tag; onClose: () => void; onEdit: () => void }) {
  const mayUpdate = useMay('tag:update');
  const maySeeUsers = useMay('user:view');
  const [kind, setKind] = useState<Kind>(kinds.find((one) => tag.mandatory_on.includes(one.value))?.value ?? 'site');
  return (
    <Drawer onClose={onClose} size="lg" title={<Group gap="xs"><ColorSwatch color={tag.color} size={14} withShadow={false} aria-hidden />{tag.key}</Group>}>
      <Stack gap="lg">
        {mayUpdate && <Button variant="default" size="xs" w="fit-content" onClick={onEdit}>Edit name, colour and where it is wanted</Button>}
        <TagValues tag={tag} />
        <Stack gap="xs">
          <Title order={2} size="h3">What lacks it</Title>
          {maySeeUsers && <SegmentedControl size="xs" w="fit-content" aria-label="Kind" data={kinds} value={kind} onChange={(value) => setKind(value as Kind)} />}
          <TagGaps key={kind} tag={tag} kind={kind} />
        </Stack>
      </Stack>
    </Drawer>
  );
}

function TagValues({ tag }: { tag: Tag }) {
  const values = $api.useQuery('get', '/tags/{tagId}/values', { params: { path: { tagId: tag.id } } });
  return (
    <Stack gap="xs">
      <Title order={2} size="h3">Values</Title>
      <QueryState query={values} rows={2} empty={<Text size="sm" className="quiet">Nothing has this tag yet.</Text>}>
        {(all) => (
          <Table aria-label={`Values of ${tag.key}`} highlightOnHover={false}>
            <Table.Tbody>
              {all.map((use) => (
                <Table.Tr key={use.value}>
                  <Table.Td>{use.value}</Table.Td>
                  <Table.Td ta="end" className="quiet tabular">{plural(use.resources, 'resource')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </QueryState>
    </Stack>
  );
}
