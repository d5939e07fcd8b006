import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { BarChartProps } from './bar-chart.tsx';

const Drawn = lazy(async () => ({ default: (await import('./bar-chart.tsx')).BarChart }));

/** `BarChart`, fetched when first needed; its place is kept free meanwhile. */
export function LazyBarChart(props: BarChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height ?? 170} />}>
      <Drawn {...props} />
    </Suspense>
  );
}
