import { Button, Popover, Skeleton } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { ColumnId } from './siteTableSetting';

const ColumnChoices = lazy(() => import('./ColumnChoices'));

/** Which columns the list has; the name always. */
export function ColumnMenu({ columns, onColumns }: { columns: ColumnId[]; onColumns: (columns: ColumnId[]) => void }) {
  return (
    <Popover position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />} visibleFrom="sm">Columns</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense fallback={<Skeleton height={320} width={140} />}><ColumnChoices columns={columns} onColumns={onColumns} /></Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
