// The heavy components, fetched when first drawn.
import { Skeleton } from '@mantine/core';
import { lazy, Suspense, type ComponentProps } from 'react';

const EditorNow = lazy(() => import('./CodeEditor'));
const DiffNow = lazy(() => import('./DiffView'));
const ChartNow = lazy(() => import('./Chart'));

export const CodeEditor = (props: ComponentProps<typeof EditorNow>) => <Suspense fallback={<Skeleton height={256} />}><EditorNow {...props} /></Suspense>;
export const DiffView = (props: ComponentProps<typeof DiffNow>) => <Suspense fallback={<Skeleton height={320} />}><DiffNow {...props} /></Suspense>;
export const Chart = (props: ComponentProps<typeof ChartNow>) => <Suspense fallback={<Skeleton height={props.height ?? 180} />}><ChartNow {...props} /></Suspense>;
