import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** While a page loads: its outline, not a spinner. */
export function PageSkeleton() {
  return (
    <Stack aria-busy="true">
      <Skeleton height={28} width="14rem" />
      <ContentSkeleton />
    </Stack>
  );
}

/** The same below a heading that stands already. */
export function ContentSkeleton() {
  return (
    <Stack aria-busy="true">
      <VisuallyHidden role="status">Loading…</VisuallyHidden>
      <Skeleton height={120} />
      <Skeleton height={320} />
    </Stack>
  );
}
