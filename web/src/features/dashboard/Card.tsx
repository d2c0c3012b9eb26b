import { Group, Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of the dashboard with a heading, and where its whole list is. */
export function Card({ title, more, children }: { title: string; more?: ReactNode; children: ReactNode }) {
  return (
    <Paper p="md" component="section" aria-label={title} miw={0}>
      <Group justify="space-between" mb="xs" wrap="nowrap"><Title order={2}>{title}</Title>{more}</Group>
      {children}
    </Paper>
  );
}
