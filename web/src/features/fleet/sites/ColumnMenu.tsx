import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { allColumns } from './siteColumns';
import { columnIds, usualColumns, type ColumnId } from './siteTableSetting';

/** Which columns the list has; the name always. */
export function ColumnMenu({ columns, onColumns }: { columns: ColumnId[]; onColumns: (columns: ColumnId[]) => void }) {
  return (
    <Popover position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} />} visibleFrom="sm">Columns</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" role="group" aria-label="Columns">
          {columnIds.map((id) => (
            <Checkbox key={id} label={allColumns[id].header} checked={columns.includes(id)} disabled={id === 'name'}
              onChange={(event) => onColumns(columnIds.filter((one) => (one === id ? event.currentTarget.checked : columns.includes(one))))} />
          ))}
          <Button variant="subtle" size="compact-sm" onClick={() => onColumns(usualColumns)}>As it was</Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
