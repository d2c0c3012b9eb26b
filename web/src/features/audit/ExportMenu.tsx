import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { notifyDone, notifyFailed } from '@/components/notify';
import { download } from '@/lib/api';
import { exportPath, type AuditQuery } from './filters';

/** What the filters show, as a file: up to 100,000 entries. */
export function ExportMenu({ query }: { query: AuditQuery }) {
  const [busy, setBusy] = useState(false);
  const save = async (format: 'csv' | 'ndjson') => {
    setBusy(true);
    try {
      await download(exportPath(query, format), `audit-log-${new Date().toISOString().slice(0, 10)}.${format === 'csv' ? 'csv' : 'jsonl'}`);
      notifyDone('The export is in your downloads.');
    } catch (error) {
      notifyFailed(error, 'The export did not work');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target><Button variant="default" leftSection={<IconDownload size={16} />} rightSection={<IconChevronDown size={14} />} loading={busy}>Export</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>With these filters</Menu.Label>
        <Menu.Item onClick={() => void save('csv')}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => void save('ndjson')}>JSON lines, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
