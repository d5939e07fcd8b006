import { useComputedColorScheme } from '@mantine/core';
import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([Bars, GridComponent, TooltipComponent, SVGRenderer]);

export type BarChartProps = {
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  /** What the chart says, in a sentence, for those who do not see it. */
  readonly summary: string;
  /** A value with its unit, for the tooltip. */
  readonly sayValue: (value: number) => string;
  readonly height?: number;
};

/** Counts over time. Loaded on demand: the drawing library is larger than the rest of the console. */
export function BarChart({ bars, summary, sayValue, height = 170 }: BarChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    if (!holder.current) return;
    const chart = init(holder.current, undefined, { renderer: 'svg' });
    chart.setOption(optionsOf(bars, sayValue, scheme === 'dark'));
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(holder.current);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, [bars, sayValue, scheme]);
  return <div ref={holder} role="img" aria-label={summary} style={{ height }} />;
}

function optionsOf(bars: BarChartProps['bars'], sayValue: BarChartProps['sayValue'], darkMode: boolean) {
  const ink = darkMode ? '#a4adb8' : '#566270';
  const line = darkMode ? '#2f363f' : '#e2e6ea';
  return {
    animation: false,
    grid: { left: 8, right: 8, top: 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      valueFormatter: (value: unknown) => sayValue(Number(value)),
      backgroundColor: darkMode ? '#272d35' : '#fff',
      borderColor: line,
      textStyle: { color: darkMode ? '#e3e6ea' : '#22282f', fontSize: 12 },
    },
    xAxis: {
      type: 'category',
      data: bars.map((bar) => bar.label),
      axisLabel: { color: ink, fontSize: 11, hideOverlap: true },
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { color: ink, fontSize: 11 },
      splitLine: { lineStyle: { color: line } },
    },
    series: [
      {
        type: 'bar',
        data: bars.map((bar) => bar.value),
        barMaxWidth: 22,
        itemStyle: { color: darkMode ? '#719dc8' : '#4075a8', borderRadius: [3, 3, 0, 0] },
      },
    ],
  };
}
