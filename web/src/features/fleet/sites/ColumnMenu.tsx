import { Button, Skeleton } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { DropPanel } from '@/components/DropPanel';
import type { ColumnId } from './siteTableSetting';

const ColumnChoices = lazy(() => import('./ColumnChoices'));

/** Which columns the list has; the name always. */
export function ColumnMenu({ columns, onColumns }: { columns: ColumnId[]; onColumns: (columns: ColumnId[]) => void }) {
  return (
    <DropPanel label="Columns" width={180} spacious button={(props) => <Button variant="default" leftSection={<IconColumns3 size={16} />} visibleFrom="sm" {...props}>Columns</Button>}>
      {() => <Suspense fallback={<Skeleton height={320} width={140} />}><ColumnChoices columns={columns} onColumns={onColumns} /></Suspense>}
    </DropPanel>
  );
}
