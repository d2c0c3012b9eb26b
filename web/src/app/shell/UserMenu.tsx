import { ActionIcon, Avatar, Menu, SegmentedControl, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconBook, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { config } from '@/app/config';
import { setDensity, useDensity } from '@/app/density';
import { signOut } from '@/lib/auth';
import { useMe } from '@/lib/me';

export function UserMenu() {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity();
  return (
    <Menu position="bottom-end" width={260} closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon size="lg" radius="xl">
          <Avatar size={30} radius="xl" name={me?.name} color="brand" alt="" aria-hidden />
          <VisuallyHidden>{me ? `Account of ${me.name}` : 'Account'}</VisuallyHidden>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} truncate>{me?.name}</Text>
          <Text size="xs" truncate>{me?.email}</Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} />} closeMenuOnClick>Account and security</Menu.Item>
        <Menu.Item component="a" href={config.docs} target="_blank" rel="noreferrer" leftSection={<IconBook size={16} />} closeMenuOnClick>API reference</Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <SegmentedControl fullWidth size="xs" aria-label="Colours" value={colorScheme} onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
          data={[{ value: 'auto', label: 'System' }, { value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }]} />
        <SegmentedControl fullWidth size="xs" mt={4} aria-label="Density" value={density} onChange={(value) => setDensity(value as 'comfortable' | 'compact')}
          data={[{ value: 'comfortable', label: 'Comfortable' }, { value: 'compact', label: 'Compact' }]} />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>Sign out</Menu.Item>
        <Menu.Label>{config.brand.name} {config.version}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
