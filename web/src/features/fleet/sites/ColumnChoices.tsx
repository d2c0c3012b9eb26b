import { Button, Checkbox, Stack } from '@mantine/core';
import { allColumns } from './siteColumns';
import { columnIds, usualColumns, type ColumnId } from './siteTableSetting';

export default function ColumnChoices({ columns, onColumns }: { columns: ColumnId[]; onColumns: (columns: ColumnId[]) => void }) {
  return (
    <Stack gap="xs" role="group" aria-label="Columns">
      {columnIds.map((id) => (
        <Checkbox key={id} label={allColumns[id].header} checked={columns.includes(id)} disabled={id === 'name'}
          onChange={(event) => onColumns(columnIds.filter((one) => (one === id ? event.currentTarget.checked : columns.includes(one))))} />
      ))}
      <Button variant="subtle" size="compact-sm" onClick={() => onColumns(usualColumns)}>As it was</Button>
    </Stack>
  );
}
