import { ActionIcon, Avatar, Divider, NavLink, SegmentedControl, Stack, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { IconBook, IconKeyboard, IconLogout, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { config } from '@/app/config';
import { setDensity, useDensity } from '@/app/density';
import { DropPanel } from '@/components/DropPanel';
import { signOut } from '@/lib/auth';
import { useMe } from '@/lib/me';

export function UserMenu({ showKeys }: { showKeys: () => void }) {
  const me = useMe();
  return (
    <DropPanel label="Account" button={(props) => (
      <ActionIcon size="lg" radius="xl" {...props}>
        <Avatar size={30} radius="xl" name={me?.name} color="brand" alt="" aria-hidden />
        <VisuallyHidden>{me ? `Account of ${me.name}` : 'Account'}</VisuallyHidden>
      </ActionIcon>
    )}>
      {(close) => (
        <>
          <Stack gap={0} px="sm" py={6} className="quiet">
            <Text size="sm" fw={600} truncate>{me?.name}</Text>
            <Text size="xs" truncate>{me?.email}</Text>
          </Stack>
          <NavLink component={Link} to="/account" label="Account and security" leftSection={<IconUser size={16} />} onClick={close} />
          <NavLink href={config.docs} target="_blank" rel="noreferrer" label="API reference" leftSection={<IconBook size={16} />} onClick={close} />
          <NavLink component="button" type="button" label="Keyboard shortcuts" leftSection={<IconKeyboard size={16} />} onClick={() => { close(); showKeys(); }} />
          <Divider my={4} />
          <Appearance />
          <Divider my={4} />
          <NavLink component="button" type="button" label="Sign out" leftSection={<IconLogout size={16} />} onClick={signOut} />
          <Text size="xs" className="quiet" px="sm" py={4}>{config.brand.name} {config.version}</Text>
        </>
      )}
    </DropPanel>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const density = useDensity();
  return (
    <Stack gap={4} px={6} py={4}>
      <Text size="xs" className="quiet" px={6}>Appearance</Text>
      <SegmentedControl fullWidth size="xs" aria-label="Colours" value={colorScheme} onChange={(value) => setColorScheme(value as 'auto' | 'light' | 'dark')}
        data={[{ value: 'auto', label: 'System' }, { value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }]} />
      <SegmentedControl fullWidth size="xs" aria-label="Density" value={density} onChange={(value) => setDensity(value as 'comfortable' | 'compact')}
        data={[{ value: 'comfortable', label: 'Comfortable' }, { value: 'compact', label: 'Compact' }]} />
    </Stack>
  );
}
