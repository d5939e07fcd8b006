import type { Report, UsualFigures } from '@sakimori/contract';

/** How many periods before are looked at, and of how many there has to be something to compare with. */
const periodsBefore = 4;
const periodsMin = 2;
/** Figures between half of the least and one and a half of the most are usual; a few more or fewer mean nothing where there are few. */
const [least, most, few] = [0.5, 1.5, 10];

/**
 * Whether a report's total is as those of the periods before, and no severe alert of it is still open. What is not is looked at by itself before it is
 * signed.
 */
export const judge = (report: Report): UsualFigures =>
  judged(
    report,
    (report.former ?? [])
      .map(({ total }) => total)
      .toReversed()
      .slice(0, periodsBefore),
  );

export function judged(report: Pick<Report, 'total' | 'alerts'>, previous: readonly number[]): UsualFigures {
  const { total, alerts } = report;
  const reasons: UsualFigures['reasons'] = [];
  if (previous.length < periodsMin) reasons.push('noHistory');
  else if (total > Math.max(...previous) * most + few) reasons.push('more');
  else if (total < Math.min(...previous) * least - few) reasons.push('fewer');
  const isSevere = alerts.some(
    ({ severity, state }) => (severity === 'critical' || severity === 'high') && state !== 'closed',
  );
  if (isSevere) reasons.push('openAlerts');
  return { isUsual: reasons.length === 0, reasons, total, previous: [...previous] };
}
