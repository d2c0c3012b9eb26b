import { Paper, Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  label: string;
  /** Headings; one that begins with `_` is read out but not drawn: `_Actions`. */
  head: string[];
  minWidth?: number;
  children: ReactNode;
}

/** A table of some dozen rows; on narrow screens it scrolls sideways inside its frame. */
export function ShortTable({ label, head, minWidth = 560, children }: Props) {
  return (
    <Paper style={{ overflow: 'hidden' }}>
      <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } }}>
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {head.map((heading) => (
                <Table.Th key={heading} scope="col" fz="xs" className="nowrap">{heading.startsWith('_') ? <VisuallyHidden>{heading.slice(1)}</VisuallyHidden> : heading}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
