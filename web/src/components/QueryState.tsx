import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useDeferredValue, type ReactNode } from 'react';
import { ErrorState } from './ErrorState';

interface Props<T> {
  query: Pick<UseQueryResult<T, unknown>, 'data' | 'error' | 'isPending' | 'refetch'>;
  /** Shown instead of `children` when there is nothing. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  rows?: number;
  children: (data: T) => ReactNode;
}

/**
 * Loading, failed, empty, or there: the four states of everything that comes from the server. What has come is drawn as a deferred update, a few
 * milliseconds at a time, so that the page answers meanwhile.
 */
export function QueryState<T>({ query, empty, isEmpty, rows = 4, children }: Props<T>) {
  const data = useDeferredValue(query.data);
  if (data !== undefined) {
    const nothing = isEmpty ? isEmpty(data) : Array.isArray(data) && data.length === 0;
    return nothing && empty ? empty : children(data);
  }
  if (query.error && query.data === undefined) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  return (
    <Stack gap="xs" aria-busy="true">
      <VisuallyHidden role="status">Loading…</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => <Skeleton key={row} height={36} />)}
    </Stack>
  );
}
