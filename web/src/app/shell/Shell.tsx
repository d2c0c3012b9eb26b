import { ActionIcon, Burger, Group, Image, Kbd, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, memo, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { config } from '@/app/config';
import { navigation } from '@/app/nav';
import { may, useMe } from '@/lib/me';
import { useSessionEnded } from '@/lib/session';
import { Banners } from './Banners';
import { LiveMark } from './LiveMark';
import { MainMenu } from './MainMenu';
import { modKey } from './shortcuts';
import { TeamSwitcher } from './TeamSwitcher';
import { Tour } from './Tour';
import { UserMenu } from './UserMenu';
import { useKeys } from './useKeys';
import classes from './Shell.module.css';

const CommandPalette = lazy(() => import('./CommandPalette'));
const ShortcutsDialog = lazy(() => import('./ShortcutsDialog'));
const SessionEnded = lazy(() => import('./SessionEnded'));

function useMenuGroups() {
  const me = useMe();
  return useMemo(() =>
    navigation
      .map((group) => ({ ...group, entries: group.entries.filter((entry) => may(me, entry.scope) && (!entry.operator || me?.operator)) }))
      .filter((group) => group.entries.length > 0), [me]);
}

export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  const [keysShown, keys] = useDisclosure(false);
  const [paletteWanted, setPaletteWanted] = useState(0);
  const openPalette = useCallback(() => setPaletteWanted((n) => n + 1), []);
  const groups = useMenuGroups();
  const entries = groups.flatMap((group) => group.entries);
  const ended = useSessionEnded();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useHotkeys([['mod+K', openPalette], ['/', openPalette]], ['INPUT', 'TEXTAREA', 'SELECT']);
  useKeys(entries, keys.open);

  // A new page: the menu of small screens closes, and a screen reader begins at the content.
  const first = useRef(true);
  useEffect(() => {
    menu.close();
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <>
      <a href="#content" className="skip-link">Skip to the content</a>
      <header className={classes.header}>
        <Header menuOpen={menuOpen} toggleMenu={menu.toggle} search={openPalette} showKeys={keys.open} />
      </header>
      <nav aria-label="Main menu" className={classes.navbar} data-open={menuOpen || undefined}><MainMenu groups={groups} /></nav>
      <main id="content" tabIndex={-1} ref={main} className={classes.main}>
        <Banners />
        <Tour />
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {ended && <SessionEnded />}
        {keysShown && <ShortcutsDialog entries={entries} close={keys.close} />}
        {paletteWanted > 0 && <CommandPalette wanted={paletteWanted} entries={entries} />}
      </Suspense>
    </>
  );
}

/** Like the menu, drawn again only when something of its own changes. */
const Header = memo(function Header({ menuOpen, toggleMenu, search, showKeys }: { menuOpen: boolean; toggleMenu: () => void; search: () => void; showKeys: () => void }) {
  return (
    <Group h="100%" px="sm" justify="space-between" wrap="nowrap" gap="xs">
      <Group wrap="nowrap" gap="xs" miw={0}>
        <Burger opened={menuOpen} onClick={toggleMenu} hiddenFrom="sm" size="sm" aria-label={menuOpen ? 'Close the menu' : 'Open the menu'} aria-expanded={menuOpen} />
        <UnstyledButton component={Link} to="/" className={classes.brand} aria-label={config.brand.name} visibleFrom={config.brand.logo_url ? undefined : 'xs'}>
          {config.brand.logo_url ? <Image src={config.brand.logo_url} alt={config.brand.name} h={28} w="auto" /> : <Text fw={700}>{config.brand.name}</Text>}
        </UnstyledButton>
        <TeamSwitcher />
      </Group>
      <Group wrap="nowrap" gap={4}>
        <UnstyledButton className={classes.search} onClick={search} visibleFrom="sm" aria-label="Search, Ctrl K">
          <IconSearch size={16} /> <span>Search</span> <Kbd size="xs">{modKey(navigator.platform)} K</Kbd>
        </UnstyledButton>
        <ActionIcon size="lg" onClick={search} hiddenFrom="sm" aria-label="Search"><IconSearch size={20} /></ActionIcon>
        <LiveMark />
        <UserMenu showKeys={showKeys} />
      </Group>
    </Group>
  );
});
