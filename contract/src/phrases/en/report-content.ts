import type { reportContent as ja } from '../ja/report-content.ts';

/** The body of a report: attack report, sections by module, and the comparison with former periods. */
export const reportContent: Record<keyof typeof ja, string> = {
  'report.section.attack': 'Attack report',
  'report.section.trend.weekly': 'Compared with the four weeks before',
  'report.section.trend.monthly': 'Compared with the four months before',
  'report.column.ratio': 'Share',
  'report.column.mean.weekly': '{periods, number}-week mean',
  'report.column.mean.monthly': '{periods, number}-month mean',
  'report.column.span.weekly': 'Week',
  'report.column.span.monthly': 'Month',
  'report.current.weekly': 'This week',
  'report.current.monthly': 'This month',
  'report.ratio.all': 'all',
  'report.ratio.none': '–',
  'report.ratio.part': '{percent}%',
  'report.ratioNote':
    '“Share” is prevented out of total, cut after one decimal. Detections in detect mode never count as prevented.',
  'report.mean': '{mean}',
  'report.trend.none': 'There are no figures of former periods to compare with.',
  'report.trend.mean.weekly':
    'The mean of the {periods, plural, one {week} other {# weeks}} before is {mean}; this week is {trend, select, more {{difference} above it} fewer {{difference} below it} other {equal to it}}.',
  'report.trend.mean.monthly':
    'The mean of the {periods, plural, one {month} other {# months}} before is {mean}; this month is {trend, select, more {{difference} above it} fewer {{difference} below it} other {equal to it}}.',
  'report.part.sums': 'Detected {detected}, prevented {prevented}, total {total} (share prevented: {ratio}).',
  'report.part.zero': 'Detections in the period: 0.',
  'report.part.rules': 'Rules that matched most',
  'report.part.hosts': 'Hosts with the most detections',
};
