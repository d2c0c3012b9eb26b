import { memo, type KeyboardEvent, type MouseEvent } from 'react';
import type { Column } from './DataTable';
import classes from './DataTable.module.css';

export interface RowActions<Row> {
  toggle: (index: number, checked: boolean, range: boolean) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>, index: number, row: Row) => void;
  open: (row: Row) => void;
}

interface Props<Row> {
  row: Row;
  id: string;
  index: number;
  start: number;
  height: number;
  template: string;
  columns: Column<Row>[];
  name: string;
  /** null: rows cannot be selected. */
  selected: boolean | null;
  isTabStop: boolean;
  clickable: boolean;
  actions: RowActions<Row>;
}

/** A click beside controls opens the row, and so does one on its `<a data-open>`, which is there for new tabs. */
function opensRow(event: MouseEvent<HTMLElement>): boolean {
  const control = (event.target as HTMLElement).closest('a,button,input,label');
  return !control || (control.matches('[data-open]') && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0);
}

function RowNow<Row>({ row, index, start, height, template, columns, name, selected, isTabStop, clickable, actions }: Props<Row>) {
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={selected ?? undefined} data-row={index} tabIndex={isTabStop ? 0 : -1}
      className={classes.row} data-selected={selected || undefined} data-clickable={clickable || undefined}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${start}px)` }}
      onKeyDown={(event) => actions.onKeyDown(event, index, row)}
      onClick={(event) => {
        if (!clickable || !opensRow(event)) return;
        event.preventDefault();
        actions.open(row);
      }}>
      {selected !== null && (
        <div role="gridcell" className={classes.cell}>
          <input type="checkbox" className={classes.check} tabIndex={-1} checked={selected} aria-label={`Select ${name}`}
            onChange={(event) => actions.toggle(index, event.currentTarget.checked, (event.nativeEvent as globalThis.MouseEvent).shiftKey)} />
        </div>
      )}
      {columns.map((column) => <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>{column.cell(row)}</div>)}
    </div>
  );
}

/** Drawn again only when its own row, place or mark changed: fifty events a second touch few rows. */
export const DataRow = memo(RowNow) as typeof RowNow;
