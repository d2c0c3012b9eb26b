import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { StatePanel } from './StatePanel';

export function NotFound() {
  return (
    <StatePanel icon={<IconMapQuestion size={24} />} title="There is no such page" headingOrder={1} actions={<Button component={Link} to="/">Go to the dashboard</Button>}>
      The address is wrong, or the page has moved.
    </StatePanel>
  );
}
