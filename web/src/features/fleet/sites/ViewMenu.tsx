// Saved views of the site list: a name for filters and order.
import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { IconBookmark, IconCheck, IconLink, IconPlus, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { notifyDone, notifyFailed } from '@/components/notify';
import type { SiteSearch } from './siteSearch';
import { sameSearch, withoutView, withView, type SavedView, type SiteTableSetting } from './siteTableSetting';

const NameViewDialog = lazy(() => import('./NameViewDialog'));

interface Props {
  search: SiteSearch;
  onSearch: (search: SiteSearch) => void;
  setting: SiteTableSetting;
  change: (update: (now: SiteTableSetting) => SiteTableSetting) => Promise<unknown>;
}

export function ViewMenu({ search, onSearch, setting, change }: Props) {
  const [naming, name] = useDisclosure(false);
  const clipboard = useClipboard();
  const current = setting.views.find((view) => sameSearch(view.search, search));
  const save = (update: (now: SiteTableSetting) => SiteTableSetting) => void change(update).catch((error: unknown) => notifyFailed(error, 'The views were not saved'));
  const share = () => {
    clipboard.copy(location.href);
    notifyDone('The link to this view is in the clipboard.');
  };
  return (
    <>
      <Menu position="bottom-end" width={300} shadow="md" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} />} maw={220}>{current?.name ?? 'Views'}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={Object.keys(search).length === 0 ? <IconCheck size={16} /> : <span style={{ width: 16 }} />} onClick={() => onSearch({})}>All sites</Menu.Item>
          {setting.views.map((view) => (
            <ViewItem key={view.id} view={view} isCurrent={view === current} isDefault={setting.defaultView === view.id} open={() => onSearch(view.search)}
              toggleDefault={() => save((now) => ({ ...now, defaultView: now.defaultView === view.id ? null : view.id }))} remove={() => save((now) => withoutView(now, view.id))} />
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={16} />} onClick={name.open} disabled={current !== undefined}>Save this view…</Menu.Item>
          <Menu.Item leftSection={<IconLink size={16} />} onClick={share}>Copy the link to this view</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {naming && <Suspense fallback={null}>
        <NameViewDialog taken={setting.views.map((view) => view.name)} close={name.close}
          save={(title, isDefault) => {
            const view = { id: crypto.randomUUID(), name: title, search };
            save((now) => ({ ...withView(now, view), ...(isDefault ? { defaultView: view.id } : {}) }));
          }} />
      </Suspense>}
    </>
  );
}

function ViewItem({ view, isCurrent, isDefault, open, toggleDefault, remove }: { view: SavedView; isCurrent: boolean; isDefault: boolean; open: () => void; toggleDefault: () => void; remove: () => void }) {
  const star = isDefault ? `${view.name} opens first; do not open it first` : `Open ${view.name} first`;
  return (
    <Group gap={0} wrap="nowrap">
      <Menu.Item flex={1} leftSection={isCurrent ? <IconCheck size={16} /> : <span style={{ width: 16 }} />} onClick={open}>{view.name}</Menu.Item>
      <Tooltip label={isDefault ? 'Opens first' : 'Open first'}>
        <ActionIcon onClick={toggleDefault} aria-label={star}>{isDefault ? <IconStarFilled size={16} /> : <IconStar size={16} />}</ActionIcon>
      </Tooltip>
      <Tooltip label="Delete the view">
        <ActionIcon onClick={remove} aria-label={`Delete the view ${view.name}`}><IconTrash size={16} /></ActionIcon>
      </Tooltip>
    </Group>
  );
}
