import { ActionIcon, Code, CopyButton, Group } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** A command, key or id to take away. */
export function CopyField({ value, label, block = true }: { value: string; label: string; block?: boolean }) {
  return (
    <Group wrap="nowrap" align="flex-start" gap="xs" w={block ? '100%' : undefined}>
      <Code block={block} style={{ flex: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: '9rem', overflowY: 'auto' }} tabIndex={0} aria-label={label}>{value}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <ActionIcon onClick={copy} size="lg" variant="default" aria-label={copied ? 'Copied' : `Copy ${label}`} title={copied ? 'Copied' : `Copy ${label}`}>
            {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
