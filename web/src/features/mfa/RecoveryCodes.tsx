import { Alert, Button, Code, Group, SimpleGrid, Stack } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconDownload, IconEyeOff } from '@tabler/icons-react';
import { config } from '@/app/config';
import { Modal } from '@/components/Dialog';
import { useMe } from '@/lib/me';
import { codesAsText } from './proof';

/** Ten codes, shown a single time: to copy, to keep as a file, or to write down. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const me = useMe();
  const clipboard = useClipboard();
  const save = () => {
    const url = URL.createObjectURL(new Blob([codesAsText(config.brand.name, me?.email ?? '', codes, new Date())], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${config.brand.name.toLowerCase()}-recovery-codes.txt`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Modal onClose={onClose} title="Recovery codes" closeOnClickOutside={false} closeOnEscape={false} withCloseButton={false}>
      <Stack>
        <Alert color="yellow" icon={<IconEyeOff />} title="Shown only now">Each gets you in once when your device is lost. Keep them where the device is not.</Alert>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Recovery codes">
          {codes.map((code) => <li key={code}><Code block ta="center" fz="sm">{code}</Code></li>)}
        </SimpleGrid>
        <Group gap="xs">
          <Button variant="default" leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={() => clipboard.copy(codes.join('\n'))}>{clipboard.copied ? 'Copied' : 'Copy'}</Button>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={save}>Save as a file</Button>
        </Group>
        <Group justify="flex-end"><Button onClick={onClose}>I have kept them</Button></Group>
      </Stack>
    </Modal>
  );
}
