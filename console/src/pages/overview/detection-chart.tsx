import { useMemo } from 'react';
import { formatTime } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { LazyBarChart } from '../../parts/lazy-bar-chart.tsx';
import { TextLink } from '../../parts/links.tsx';
import type { Overview } from './verdict.ts';

const hoursShown = 24;
const hourOf = (instant: string): string => formatTime(instant, false).slice(11, 13);

/** Detections by hour of the last day. */
export function DetectionChart({ overview }: { overview: Overview }) {
  const say = usePhrase();
  const hours = overview.detectionsByHour;
  const chart = useMemo(() => {
    const shown = hours.slice(-hoursShown);
    const peak = shown.reduce(
      (most, each) => (each.count > most.count ? each : most),
      shown[0] ?? { hour: '', count: 0 },
    );
    const count = shown.reduce((sum, each) => sum + each.count, 0);
    return {
      any: count > 0,
      bars: shown.map((each) => ({ label: formatTime(each.hour, false).slice(5), value: each.count })),
      summary:
        count > 0
          ? say('console.overview.chart', { count, peak: hourOf(peak.hour), most: peak.count })
          : say('console.overview.chartNone'),
    };
  }, [hours, say]);
  const sayValue = useMemo(() => (value: number) => say('console.count', { count: value }), [say]);
  const all = (
    <TextLink to="/detections" size="sm">
      {say('console.overview.allDetections')}
    </TextLink>
  );
  return (
    <Card title={say('console.overview.detections')} actions={all}>
      <p className="dim" style={{ margin: '0 0 0.5rem', fontSize: '0.8125rem' }}>
        {chart.summary}
      </p>
      {chart.any && <LazyBarChart bars={chart.bars} summary={chart.summary} sayValue={sayValue} height={200} />}
    </Card>
  );
}
