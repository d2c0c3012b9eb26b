import { ActionIcon, AppShell, Box, Burger, Group, Image, Kbd, NavLink, ScrollArea, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { config } from '@/app/config';
import { navigation } from '@/app/nav';
import { may, useMe } from '@/lib/me';
import { Banners } from './Banners';
import { LiveMark } from './LiveMark';
import { SessionEnded } from './SessionEnded';
import { TeamSwitcher } from './TeamSwitcher';
import { Tour } from './Tour';
import { UserMenu } from './UserMenu';
import { useGoKeys } from './useGoKeys';
import classes from './Shell.module.css';

const CommandPalette = lazy(() => import('./CommandPalette'));

export function Shell() {
  const [menuOpen, menu] = useDisclosure(false);
  const [paletteWanted, setPaletteWanted] = useState(0);
  const openPalette = () => setPaletteWanted((n) => n + 1);
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  useHotkeys([['mod+K', openPalette], ['/', openPalette]], ['INPUT', 'TEXTAREA', 'SELECT']);
  useGoKeys(navigation.flatMap((group) => group.entries).filter((entry) => may(me, entry.scope)));

  // A new page: the menu of small screens closes, and a screen reader begins at the content.
  const first = useRef(true);
  useEffect(() => {
    menu.close();
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
      classNames={{ navbar: classes.navbar, header: classes.header }}
    >
      <a href="#content" className="skip-link">Skip to the content</a>
      <AppShell.Header>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap" gap="xs">
          <Group wrap="nowrap" gap="xs" miw={0}>
            <Burger opened={menuOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={menuOpen ? 'Close the menu' : 'Open the menu'} aria-expanded={menuOpen} />
            <UnstyledButton component={Link} to="/" className={classes.brand} aria-label={config.brand.name} visibleFrom={config.brand.logo_url ? undefined : 'xs'}>
              {config.brand.logo_url ? <Image src={config.brand.logo_url} alt={config.brand.name} h={28} w="auto" /> : <Text fw={700}>{config.brand.name}</Text>}
            </UnstyledButton>
            <TeamSwitcher />
          </Group>
          <Group wrap="nowrap" gap={4}>
            <UnstyledButton className={classes.search} onClick={openPalette} visibleFrom="sm" aria-label="Search, Ctrl K">
              <IconSearch size={16} /> <span>Search</span> <Kbd size="xs">Ctrl K</Kbd>
            </UnstyledButton>
            <Tooltip label="Search">
              <ActionIcon size="lg" onClick={openPalette} hiddenFrom="sm" aria-label="Search"><IconSearch size={20} /></ActionIcon>
            </Tooltip>
            <LiveMark />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>

      <AppShell.Navbar aria-label="Main menu" component="nav">
        <ScrollArea p="xs" type="auto">
          {navigation.map((group) => {
            const entries = group.entries.filter((entry) => may(me, entry.scope) && (!entry.operator || me?.operator));
            if (entries.length === 0) return null;
            return (
              <Box key={group.heading ?? ''} mb="sm">
                {group.heading && <Text size="xs" fw={600} className="quiet" px="sm" py={4} id={`menu-${group.heading}`}>{group.heading}</Text>}
                {entries.map((entry) => (
                  <NavLink key={entry.label} component={Link} to={entry.to} label={entry.label} leftSection={<entry.icon size={18} stroke={1.75} />}
                    active={entry.to === '/' ? path === '/' : path.startsWith(entry.to as string)} className={classes.entry}
                    aria-current={path === entry.to ? 'page' : undefined} />
                ))}
              </Box>
            );
          })}
        </ScrollArea>
      </AppShell.Navbar>

      <AppShell.Main id="content" tabIndex={-1} ref={main} className={classes.main}>
        <Banners />
        <Tour />
        <Outlet />
      </AppShell.Main>
      <SessionEnded />
      {paletteWanted > 0 && <Suspense fallback={null}><CommandPalette wanted={paletteWanted} /></Suspense>}
    </AppShell>
  );
}
