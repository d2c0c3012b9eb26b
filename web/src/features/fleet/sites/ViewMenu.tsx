// Saved views of the site list: a name for filters and order.
import { ActionIcon, Button, Divider, Group, NavLink } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { IconBookmark, IconCheck, IconLink, IconPlus, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { DropPanel } from '@/components/DropPanel';
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

export function ViewMenu(props: Props) {
  const [naming, name] = useDisclosure(false);
  const { search, setting, change } = props;
  const current = setting.views.find((view) => sameSearch(view.search, search));
  const save = (update: (now: SiteTableSetting) => SiteTableSetting) => void change(update).catch((error: unknown) => notifyFailed(error, 'The views were not saved'));
  return (
    <>
      <DropPanel label="Views" width={300} button={(props) => <Button variant="default" leftSection={<IconBookmark size={16} />} maw={220} {...props}>{current?.name ?? 'Views'}</Button>}>
        {(close) => <ViewList {...props} current={current} save={save} close={close} nameIt={name.open} />}
      </DropPanel>
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

type ListProps = Pick<Props, 'search' | 'onSearch' | 'setting'> & { current: SavedView | undefined; save: (update: (now: SiteTableSetting) => SiteTableSetting) => void; close: () => void; nameIt: () => void };

function ViewList({ search, onSearch, setting, current, save, close, nameIt }: ListProps) {
  const clipboard = useClipboard();
  const then = (what: () => void) => () => {
    close();
    what();
  };
  const share = then(() => {
    clipboard.copy(location.href);
    notifyDone('The link to this view is in the clipboard.');
  });
  return (
    <>
      <Entry label="All sites" isCurrent={Object.keys(search).length === 0} onClick={then(() => onSearch({}))} />
      {setting.views.map((view) => (
        <ViewItem key={view.id} view={view} isCurrent={view === current} isDefault={setting.defaultView === view.id} open={then(() => onSearch(view.search))}
          toggleDefault={() => save((now) => ({ ...now, defaultView: now.defaultView === view.id ? null : view.id }))} remove={() => save((now) => withoutView(now, view.id))} />
      ))}
      <Divider my={4} />
      <NavLink component="button" type="button" label="Save this view…" leftSection={<IconPlus size={16} />} disabled={current !== undefined} onClick={then(nameIt)} />
      <NavLink component="button" type="button" label="Copy the link to this view" leftSection={<IconLink size={16} />} onClick={share} />
    </>
  );
}

const Entry = ({ label, isCurrent, onClick }: { label: string; isCurrent: boolean; onClick: () => void }) => (
  <NavLink component="button" type="button" flex={1} label={label} aria-current={isCurrent ? 'true' : undefined} leftSection={isCurrent ? <IconCheck size={16} /> : <span style={{ width: 16 }} />} onClick={onClick} />
);

function ViewItem({ view, isCurrent, isDefault, open, toggleDefault, remove }: { view: SavedView; isCurrent: boolean; isDefault: boolean; open: () => void; toggleDefault: () => void; remove: () => void }) {
  const star = isDefault ? `${view.name} opens first; do not open it first` : `Open ${view.name} first`;
  return (
    <Group gap={0} wrap="nowrap">
      <Entry label={view.name} isCurrent={isCurrent} onClick={open} />
      <ActionIcon onClick={toggleDefault} aria-label={star} title={isDefault ? 'Opens first' : 'Open first'}>{isDefault ? <IconStarFilled size={16} /> : <IconStar size={16} />}</ActionIcon>
      <ActionIcon onClick={remove} aria-label={`Delete the view ${view.name}`} title="Delete the view"><IconTrash size={16} /></ActionIcon>
    </Group>
  );
}
