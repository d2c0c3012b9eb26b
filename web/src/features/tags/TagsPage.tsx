import { Button, ColorSwatch, Group, Menu, Table, Text, UnstyledButton } from '@mantine/core';
import { IconListSearch, IconPencil, IconPlus, IconTag, IconTrash } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { refresh } from '@/app/queryClient';
import { confirm } from '@/components/confirm';
import { notifyDone } from '@/components/notify';
import { Page } from '@/components/Page';
import { QueryState } from '@/components/QueryState';
import { RowMenu } from '@/components/RowMenu';
import { ShortTable } from '@/components/ShortTable';
import { StatePanel } from '@/components/StatePanel';
import { $api, client } from '@/lib/api';
import { plural } from '@/lib/format';
import { useMay } from '@/lib/me';
import { TagDialog } from './TagDialog';
import { TagDrawer } from './TagDrawer';
import { kindsInWords, type Tag } from './tags';

const route = getRouteApi('/settings/tags');

export function TagsPage() {
  const tags = $api.useQuery('get', '/tags');
  const { tag: open, edit } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (tag?: string, edit?: boolean) => void navigate({ search: { tag, edit } });
  const mayCreate = useMay('tag:create');
  const wanted = tags.data?.find((tag) => tag.id === open);
  const create = mayCreate && <Button leftSection={<IconPlus size={16} />} onClick={() => show('new')}>New tag</Button>;
  return (
    <Page title="Tags" scope="tag:view" description="Words about sites and people, each with one value: region = north. They filter lists, limit roles and group reports." actions={create}>
      <QueryState query={tags} empty={<StatePanel icon={<IconTag size={24} />} title="No tags yet" actions={create || undefined}>Begin with what you sort sites by: region, customer, kind.</StatePanel>}>
        {(all) => (
          <ShortTable label="Tags" head={['Tag', 'Values in use', 'Wanted on', '_Actions']} minWidth={520}>
            {all.map((tag) => <TagRow key={tag.id} tag={tag} onOpen={() => show(tag.id)} onEdit={() => show(tag.id, true)} />)}
          </ShortTable>
        )}
      </QueryState>
      {(open === 'new' || (wanted && edit)) && <TagDialog tag={wanted} onClose={() => show()} />}
      {wanted && !edit && <TagDrawer key={wanted.id} tag={wanted} onClose={() => show()} onEdit={() => show(wanted.id, true)} />}
    </Page>
  );
}

function TagRow({ tag, onOpen, onEdit }: { tag: Tag; onOpen: () => void; onEdit: () => void }) {
  const mayUpdate = useMay('tag:update');
  const mayDelete = useMay('tag:delete');
  const remove = () =>
    confirm({
      title: `Delete the tag ${tag.key}`, action: 'Delete tag', typed: tag.values.length > 0 ? tag.key : undefined,
      body: tag.values.length > 0 ? `It is taken off every resource, with its ${plural(tag.values.length, 'value')}. Roles that are limited by it reach no site any more.` : 'Nothing has it.',
      run: async () => {
        await client.DELETE('/tags/{tagId}', { params: { path: { tagId: tag.id } } });
        await refresh('/tags', '/sites', '/resources/{correlationId}/tags');
        notifyDone(`The tag ${tag.key} was deleted.`);
      },
    });
  return (
    <Table.Tr>
      <Table.Td>
        <UnstyledButton onClick={onOpen}>
          <Group gap="xs" wrap="nowrap"><ColorSwatch color={tag.color} size={14} withShadow={false} aria-hidden /><Text size="sm" fw={600}>{tag.key}</Text></Group>
        </UnstyledButton>
      </Table.Td>
      <Table.Td><Text size="sm" lineClamp={1} title={tag.values.join(', ')}>{tag.values.join(', ') || <span className="quiet">none</span>}</Text></Table.Td>
      <Table.Td>{kindsInWords(tag.mandatory_on) || <span className="quiet">nothing</span>}</Table.Td>
      <Table.Td ta="end">
        <RowMenu label={`Actions for the tag ${tag.key}`}>
          <Menu.Item leftSection={<IconListSearch size={16} />} onClick={onOpen}>Values and gaps</Menu.Item>
          {mayUpdate && <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>Edit</Menu.Item>}
          {mayDelete && <Menu.Item c="var(--state-offline)" leftSection={<IconTrash size={16} />} onClick={remove}>Delete</Menu.Item>}
        </RowMenu>
      </Table.Td>
    </Table.Tr>
  );
}
