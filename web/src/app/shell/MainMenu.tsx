import { Box, NavLink, Text } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { memo } from 'react';
import type { NavEntry } from '@/app/nav';
import classes from './Shell.module.css';

/** The pages that the person may open, under their headings. */
export const MainMenu = memo(function MainMenu({ groups }: { groups: { heading: string | null; entries: NavEntry[] }[] }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return groups.map((group) => (
    <Box key={group.heading ?? ''} mb="sm">
      {group.heading && <Text size="xs" fw={600} className="quiet" px="sm" py={4}>{group.heading}</Text>}
      {group.entries.map((entry) => (
        <NavLink key={entry.label} component={Link} to={entry.to} label={entry.label} leftSection={<entry.icon size={18} stroke={1.75} />}
          active={entry.to === '/' ? path === '/' : path.startsWith(entry.to as string)} className={classes.entry}
          aria-current={path === entry.to ? 'page' : undefined} />
      ))}
    </Box>
  ));
});
