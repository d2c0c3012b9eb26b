// Time series: uPlot, loaded when first needed. Ten thousand points are drawn in a few milliseconds; a table stands behind the picture for those who cannot see it.
import { Box, Group, Text } from '@mantine/core';
import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';

export interface Series {
  label: string;
  /** A CSS variable of tokens.css: `--state-online`. */
  color: string;
  /** null = nothing was measured: a gap, not a zero. */
  values: (number | null)[];
  fill?: boolean;
}

interface Props {
  label: string;
  /** Seconds since 1970, ascending. */
  times: number[];
  series: Series[];
  height?: number;
  unit?: string;
  max?: number;
  /** One sentence with what the picture shows, read to those who do not see it. */
  summary: string;
}

export default function Chart({ label, times, series, height = 180, unit = '', max, summary }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  useMantineColorScheme();
  const scheme = useComputedColorScheme();

  useEffect(() => {
    let gone = false;
    let observer: ResizeObserver | undefined;
    void Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]).then(([{ default: Plot }]) => {
      if (gone || !host.current) return;
      const style = getComputedStyle(document.documentElement);
      const color = (name: string) => style.getPropertyValue(name).trim();
      const axis = { stroke: color('--text-quiet'), grid: { stroke: color('--line'), width: 1 }, ticks: { stroke: color('--line'), width: 1 }, font: '11px system-ui, sans-serif' };
      chart.current = new Plot(
        {
          width: host.current.clientWidth, height, legend: { live: true }, cursor: { points: { size: 6 } },
          scales: { x: { time: true }, y: { range: (_plot, low, high) => [Math.min(0, low), max ?? Math.max(1, high * 1.1)] } },
          axes: [axis, { ...axis, size: 48, values: (_plot, splits) => splits.map((value) => `${value}${unit}`) }],
          series: [
            {},
            ...series.map((one) => ({
              label: one.label, stroke: color(one.color), width: 1.5, spanGaps: false, points: { show: false }, value: (_plot: uPlot, value: number | null) => (value === null ? '–' : `${value}${unit}`),
              ...(one.fill ? { fill: `color-mix(in srgb, ${color(one.color)} 16%, transparent)` } : {}),
            })),
          ],
        },
        [times, ...series.map((one) => one.values)] as uPlot.AlignedData,
        host.current,
      );
      observer = new ResizeObserver(() => host.current && chart.current?.setSize({ width: host.current.clientWidth, height }));
      observer.observe(host.current);
    });
    return () => {
      gone = true;
      observer?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
    // New data goes into the same chart (below); these make a new one.
  }, [scheme, height, unit, max, series.map((one) => one.label).join()]);

  useEffect(() => {
    chart.current?.setData([times, ...series.map((one) => one.values)] as uPlot.AlignedData);
  }, [times, series]);

  return (
    <Box component="figure" m={0} aria-label={`${label}. ${summary}`} role="img">
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600} component="figcaption">{label}</Text>
      </Group>
      <div ref={host} style={{ width: '100%', minHeight: height }} aria-hidden />
    </Box>
  );
}
