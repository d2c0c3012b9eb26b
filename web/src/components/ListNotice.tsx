import { Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';

/** Above a long list: how much there is, and that it changed while somebody read. */
export function ListNotice({ text, outdated, refresh }: { text: string | null; outdated: boolean; refresh: () => void }) {
  return (
    <Group gap="sm" mih={24} role="status">
      {text && <Text size="sm" className="quiet">{text}</Text>}
      {outdated && <Button size="compact-xs" variant="light" leftSection={<IconRefresh size={14} />} onClick={refresh}>The list has changed: show</Button>}
    </Group>
  );
}
