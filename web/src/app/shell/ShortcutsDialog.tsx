import { Group, Kbd, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { NavEntry } from '@/app/nav';
import { shortcutGroups } from './shortcuts';
import { Modal } from '@/components/Dialog';

/** Opened by `?`. */
export default function ShortcutsDialog({ entries, close }: { entries: NavEntry[]; close: () => void }) {
  return (
    <Modal onClose={close} title="Keyboard shortcuts" size="lg">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xl">
        {shortcutGroups(entries, navigator.platform).map((group) => (
          <Stack key={group.title} gap="xs">
            <Title order={2} size="h3">{group.title}</Title>
            {group.shortcuts.map(({ keys, does }) => (
              <Group key={does} justify="space-between" wrap="nowrap" gap="sm">
                <Text size="sm">{does}</Text>
                <Group gap={4} wrap="nowrap">{keys.map((key) => <Kbd key={key} size="xs">{key}</Kbd>)}</Group>
              </Group>
            ))}
          </Stack>
        ))}
      </SimpleGrid>
    </Modal>
  );
}
