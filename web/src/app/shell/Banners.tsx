import { Alert, Anchor, Stack } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconCloudOff, IconShieldExclamation } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMe } from '@/lib/me';

/** What holds for the whole page: offline, or a second factor that the team demands. */
export function Banners() {
  const { online } = useNetwork();
  const me = useMe();
  if (online && !me?.mfa_missing) return null;
  return (
    <Stack gap="xs" mb="md">
      {!online && (
        <Alert color="yellow" icon={<IconCloudOff />} title="You are offline" role="status">
          You see what was last known. Changes are not possible until the connection is back.
        </Alert>
      )}
      {me?.mfa_missing && (
        <Alert color="yellow" icon={<IconShieldExclamation />} title="Your team demands a second factor">
          Nothing else is allowed until it is set up. <Anchor component={Link} to="/account" search={{ tab: 'security' } as never}>Set it up now</Anchor>
        </Alert>
      )}
    </Stack>
  );
}
