// A table for a hundred rows or a hundred thousand: only what is seen is drawn, the next page is asked for before its end is reached.
import { Box, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { elementScroll, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { rowHeight, useDensity } from '@/app/density';
import { DataRow, type RowActions } from './DataRow';
import classes from './DataTable.module.css';

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** A CSS grid width: `2fr`, `minmax(12rem, 1fr)`, `8rem`. */
  width?: string;
  /** The server's name for the order, when it can order by this column. */
  sort?: string;
  /** Not shown on narrow screens. */
  wideOnly?: boolean;
  align?: 'start' | 'end';
}

/** Keep `columns`, `rowId` and `rowName` the same between renders (a constant or useMemo): then only rows that changed are drawn again. */
interface Props<Row> {
  /** What the table lists, for screen readers. */
  label: string;
  rows: readonly Row[];
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  /** Rows of the whole list, when known: screen readers tell the truth. */
  total?: number | null;
  sort?: { by: string; descending: boolean };
  onSort?: (sort: { by: string; descending: boolean }) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (ids: Set<string>) => void;
  onOpen?: (row: Row) => void;
  /** The first column's text for the check box: "Select Shop 12". */
  rowName?: (row: Row) => string;
  hasMore?: boolean;
  loadMore?: () => void;
  isLoadingMore?: boolean;
  /** CSS height of the scrolling part. */
  height?: string;
  /** Pixels of a row, where two lines stand in one; otherwise the person's density decides. */
  rowHeight?: number;
  /** What is on the screen, once scrolling has come to rest. */
  onVisible?: (rows: Row[]) => void;
  empty?: ReactNode;
  /** Narrow screens: one cell of so many pixels instead of columns. */
  phone?: { cell: (row: Row) => ReactNode; height: number };
}

/** Until the browser has laid out the table by itself, the window's height stands for its own: nothing is measured while it is drawn for the first time. */
const observeElementRect = ({ scrollElement }: { scrollElement: Element | null }, tell: (rect: { width: number; height: number }) => void) => {
  if (!scrollElement) return undefined;
  const observer = new ResizeObserver(([entry]) => {
    const box = entry?.borderBoxSize[0];
    if (box) tell({ width: Math.round(box.inlineSize), height: Math.round(box.blockSize) });
  });
  observer.observe(scrollElement, { box: 'border-box' });
  return () => observer.disconnect();
};

/** A new table is told to stand where it stands: asking the browser for that would have it laid out before it is complete. */
const scrollToFn: typeof elementScroll = (offset, options, table) => {
  if (offset + (options.adjustments ?? 0) !== (table.scrollOffset ?? 0)) elementScroll(offset, options, table);
};

const phoneColumns = <Row,>(cell: (row: Row) => ReactNode): Column<Row>[] => [{ id: 'phone', header: '', cell, width: 'minmax(0, 1fr)' }];

export function DataTable<Row>({
  label, rows, columns, rowId, total, sort, onSort, selected, onSelect, onOpen, rowName, hasMore = false, loadMore, isLoadingMore = false,
  height = 'calc(100dvh - 15rem)', rowHeight: ownHeight, onVisible, empty, phone,
}: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const density = useDensity();
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const phoneCell = narrow ? phone?.cell : undefined;
  const shown = useShown(columns, narrow, phoneCell);
  const size = narrow && phone ? phone.height : (ownHeight ?? rowHeight(density) + (narrow ? 8 : 0));
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => size, overscan: 8,
    initialRect: { width: window.innerWidth, height: window.innerHeight }, observeElementRect, scrollToFn, useFlushSync: false,
  });
  const measured = useRef(size);
  useEffect(() => {
    if (measured.current !== size) virtual.measure();
    measured.current = size;
  }, [size, virtual]);
  const items = virtual.getVirtualItems();
  const firstIndex = items[0]?.index ?? 0;
  const lastIndex = items.at(-1)?.index ?? -1;

  useEffect(() => {
    if (hasMore && !isLoadingMore && lastIndex >= rows.length - 60) loadMore?.();
  }, [hasMore, isLoadingMore, lastIndex, rows.length, loadMore]);
  useEffect(() => {
    if (!onVisible) return;
    const timer = setTimeout(() => onVisible(rows.slice(firstIndex, lastIndex + 1)), 200);
    return () => clearTimeout(timer);
  }, [firstIndex, lastIndex, rows, onVisible]);

  const template = [onSelect ? '2.5rem' : '', ...shown.map((column) => column.width ?? 'minmax(8rem, 1fr)')].join(' ');
  const anchor = useRef<number>(-1);

  const toggle = (index: number, checked: boolean, range: boolean) => {
    if (!onSelect || !selected) return;
    const next = new Set(selected);
    const from = range && anchor.current >= 0 ? Math.min(anchor.current, index) : index;
    const to = range && anchor.current >= 0 ? Math.max(anchor.current, index) : index;
    for (let i = from; i <= to; i += 1) {
      const id = rowId(rows[i]!);
      if (checked) next.add(id);
      else next.delete(id);
    }
    anchor.current = index;
    onSelect(next);
  };

  /** Arrow keys walk through the rows, Enter opens, Space selects: one tab stop for the whole table. */
  const focusRow = (index: number) => {
    const target = Math.max(0, Math.min(rows.length - 1, index));
    virtual.scrollToIndex(target, { align: 'auto' });
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${target}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, index: number, row: Row) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? size) / size) - 2);
    const moves: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: rows.length - 1 };
    const target = moves[event.key];
    if (target !== undefined) focusRow(target);
    else if (event.key === 'Enter' && onOpen) onOpen(row);
    else if (event.key === ' ' && onSelect) toggle(index, !selected?.has(rowId(row)), event.shiftKey);
    else return;
    event.preventDefault();
  };
  const actions = useLatest<RowActions<Row>>({ toggle, onKeyDown, open: (row) => onOpen?.(row) });

  if (rows.length === 0 && empty) return empty;
  const allSelected = rows.length > 0 && (selected?.size ?? 0) >= rows.length && rows.every((row) => selected?.has(rowId(row)));
  const someSelected = !allSelected && (selected?.size ?? 0) > 0;
  return (
    <Box className={classes.frame}>
      <div ref={scroller} className={classes.scroller} style={{ maxHeight: height }} role="grid" aria-label={label} aria-rowcount={(total ?? rows.length) + 1} aria-multiselectable={onSelect ? true : undefined}>
        <div className={classes.head} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {onSelect && (
            <div role="columnheader" className={classes.cell}>
              <input type="checkbox" className={classes.check} checked={allSelected} ref={(box) => { if (box) box.indeterminate = someSelected; }} aria-label={`Select all ${rows.length} loaded rows`}
                onChange={(event) => onSelect(event.currentTarget.checked ? new Set([...(selected ?? []), ...rows.map(rowId)]) : new Set())} />
            </div>
          )}
          {shown.map((column) => (
            <HeadCell key={column.id} column={column} sort={phoneCell ? undefined : sort} onSort={phoneCell ? undefined : onSort} label={phoneCell ? label : column.header} />
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map(({ index, start }) => {
            const row = rows[index]!;
            const id = rowId(row);
            return (
              <DataRow key={id} row={row} id={id} index={index} start={start} height={size} template={template} columns={shown} name={rowName?.(row) ?? id}
                selected={onSelect ? (selected?.has(id) ?? false) : null} isTabStop={index === firstIndex} clickable={onOpen !== undefined} actions={actions} />
            );
          })}
        </div>
      </div>
      {isLoadingMore && <Text size="xs" className="quiet" p="xs" role="status">Loading more…</Text>}
    </Box>
  );
}

function HeadCell<Row>({ column, sort, onSort, label }: { column: Column<Row>; label: string } & Pick<Props<Row>, 'sort' | 'onSort'>) {
  const isSorted = sort && column.sort === sort.by;
  return (
    <div role="columnheader" className={classes.cell} data-align={column.align} aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : column.sort && onSort ? 'none' : undefined}>
      {column.sort && onSort ? (
        <UnstyledButton className={classes.sort} onClick={() => onSort({ by: column.sort!, descending: isSorted ? !sort.descending : false })}>
          {label} {isSorted ? sort.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden /> : <IconArrowsSort size={14} className={classes.sortHint} aria-hidden />}
        </UnstyledButton>
      ) : <Text size="xs" fw={600} span>{label}</Text>}
    </div>
  );
}

/** The same array as long as nothing changed, so that rows are not drawn again. */
function useShown<Row>(columns: Column<Row>[], narrow: boolean, phoneCell: ((row: Row) => ReactNode) | undefined): Column<Row>[] {
  const make = () => (phoneCell ? phoneColumns(phoneCell) : narrow ? columns.filter((column) => !column.wideOnly) : columns);
  const [made, setMade] = useState(() => ({ columns, narrow, phoneCell, shown: make() }));
  if (made.columns === columns && made.narrow === narrow && made.phoneCell === phoneCell) return made.shown;
  const next = { columns, narrow, phoneCell, shown: make() };
  setMade(next);
  return next.shown;
}

/** Functions that stay the same and do what they do in the latest render. */
function useLatest<T extends object>(value: T): T {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  const [stable] = useState(() => new Proxy({} as T, { get: (_target, name) => (latest.current as Record<PropertyKey, unknown>)[name] }));
  return stable;
}
