import { Box, Button, Group, Menu, NavLink, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { may, useMe } from '@/lib/me';
import { settingsMenu } from './menu';
import classes from './SettingsLayout.module.css';

/** The settings: their own menu beside the page, or above it on narrow screens. */
export function SettingsLayout() {
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const groups = settingsMenu
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => may(me, entry.scope)) }))
    .filter((group) => group.entries.length > 0);
  const here = groups.flatMap((group) => group.entries).find((entry) => path.startsWith(entry.to as string));
  return (
    <Group align="flex-start" wrap="nowrap" gap="xl" className={classes.layout}>
      <Box component="nav" aria-label="Settings" visibleFrom="md" className={classes.side}>
        {groups.map((group) => (
          <Box key={group.heading} mb="sm">
            <Text size="xs" fw={600} className="quiet" px="sm" py={4}>{group.heading}</Text>
            {group.entries.map((entry) => (
              <NavLink key={entry.label} component={Link} to={entry.to} label={entry.label} active={entry === here} aria-current={entry === here ? 'page' : undefined} className={classes.entry} />
            ))}
          </Box>
        ))}
      </Box>
      <Stack flex={1} miw={0} gap="sm">
        <Box component="nav" aria-label="Settings" hiddenFrom="md">
          <Menu position="bottom-start" width={260}>
            <Menu.Target>
              <Button variant="default" fullWidth justify="space-between" rightSection={<IconChevronDown size={16} />}>Settings: {here?.label ?? 'choose'}</Button>
            </Menu.Target>
            <Menu.Dropdown mah="70vh" className={classes.dropdown}>
              {groups.map((group) => [
                <Menu.Label key={group.heading}>{group.heading}</Menu.Label>,
                ...group.entries.map((entry) => <Menu.Item key={entry.label} component={Link} to={entry.to} fw={entry === here ? 650 : undefined}>{entry.label}</Menu.Item>),
              ])}
            </Menu.Dropdown>
          </Menu>
        </Box>
        <Outlet />
      </Stack>
    </Group>
  );
}
