import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { IconCloudDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CodeEditor } from '@/components/lazy';
import { notifyFailed } from '@/components/notify';
import { QueryState } from '@/components/QueryState';
import { TimeText } from '@/components/TimeText';
import { useMay } from '@/lib/me';
import { contentQuery, downloadBackup } from './backups';

/** One export, to read, search (Ctrl F), copy and take away. */
export function BackupContent({ siteId, file }: { siteId: string; file: string }) {
  const [reveal, setReveal] = useState(false);
  const mayReveal = useMay('backup:update');
  const content = useQuery(contentQuery(siteId, file, reveal));
  const taken = Number(file.replace(/\.rsc$/, '')) * 1000;
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">Taken {Number.isFinite(taken) ? <TimeText at={taken} style="full" /> : file}</Text>
        <Group>
          {mayReveal && <Switch label="Show secrets" description="Goes into the audit log" checked={reveal} onChange={(event) => setReveal(event.currentTarget.checked)} />}
          <Button variant="default" leftSection={<IconCloudDownload size={16} />} onClick={() => void downloadBackup(siteId, file).catch(notifyFailed)}>Download</Button>
        </Group>
      </Group>
      <QueryState query={content}>{(text) => <CodeEditor value={text} readOnly label={`Configuration ${file}`} />}</QueryState>
    </Stack>
  );
}
