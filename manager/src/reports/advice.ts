import { type Language, phrase, type Report, severityId } from '@sakimori/contract';
import { isDetecting, usesEngine } from './settings-wording.ts';
import { moduleName } from './wording.ts';

/**
 * A report in words: what changed in the period, and what its reader is asked to look at. Every sentence is computed from the figures that the report shows,
 * by a rule that stands here; nothing is judged that they do not say.
 */

/** A module is said to have risen from twice its former mean on, or to have fallen to half of it, where that is ten detections or more. */
const leastDifference = 10;

/** What differs from the periods before, and what was done. Empty where nothing of it is worth a sentence. */
export function changesOf(language: Language, report: Report): string[] {
  const { unannounced, inquiries, incidents } = report;
  return [
    ...movedModules(language, report),
    ...(unannounced?.count ? [phrase(language, 'report.changed.unannounced', { count: unannounced.count })] : []),
    ...(inquiries?.count
      ? [
          phrase(language, 'report.changed.inquiries', {
            count: inquiries.count,
            changes: inquiries.items.filter(({ kind }) => kind === 'change').length,
          }),
        ]
      : []),
    ...(incidents?.count
      ? [
          phrase(language, 'report.changed.incidents', {
            count: incidents.count,
            closed: incidents.items.filter(({ state }) => state === 'closed').length,
          }),
        ]
      : []),
  ];
}

function movedModules(language: Language, { former, byModule }: Report): string[] {
  if (!former || former.length === 0) return [];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return byModule.flatMap(({ module, total }) => {
    const before = former.map((period) => period.byModule.find((one) => one.module === module)?.total ?? 0);
    const mean = before.reduce((sum, count) => sum + count, 0) / before.length;
    if (Math.abs(total - mean) < leastDifference || mean === 0) return [];
    const facts = { module: moduleName(language, module), count: total, mean: number.format(mean) };
    if (total >= 2 * mean)
      return [phrase(language, 'report.changed.more', { ...facts, times: number.format(total / mean) })];
    return total <= mean / 2 ? [phrase(language, 'report.changed.fewer', facts)] : [];
  });
}

/** What its reader is asked to look at, the most pressing first; where there is nothing, that. */
export function requestsOf(language: Language, report: Report): string[] {
  const { settings, alerts, alertsByState } = report;
  const unclosed = alertsByState.open + alertsByState.acknowledged;
  const severe = alerts.filter(
    ({ state, severity }) => state !== 'closed' && severityId(severity) >= severityId('high'),
  ).length;
  const behind = settings.policies.filter(({ version, latestVersion }) => version < latestVersion);
  const about = (key: RequestKey, hosts: readonly string[]) =>
    hosts.length > 0
      ? [phrase(language, `report.todo.${key}`, { count: hosts.length, hosts: named(language, hosts) })]
      : [];
  const where = (holds: (host: Report['settings']['hosts'][number]) => boolean) =>
    settings.hosts.filter(holds).map(({ name }) => name);
  const requests = [
    ...(unclosed > 0 ? [phrase(language, 'report.todo.alerts', { count: unclosed, severe })] : []),
    ...about(
      'silent',
      where(({ liveness }) => liveness === 'silent'),
    ),
    ...about('withoutPolicy', settings.hostsWithoutPolicy),
    ...about(
      'behind',
      behind.flatMap(({ hosts }) => hosts),
    ),
    ...about(
      'lacking',
      where(({ modules }) => Object.values(modules).some((state) => state === 'lacking' || state === 'degraded')),
    ),
    ...about('detect', where(isDetecting)),
    ...about(
      'tap',
      where((host) => host.engineMode === 'tap' && usesEngine(host)),
    ),
  ];
  return requests.length > 0 ? requests : [phrase(language, 'report.todo.none')];
}

type RequestKey = 'silent' | 'withoutPolicy' | 'behind' | 'lacking' | 'detect' | 'tap';

/** The first three by name. */
function named(language: Language, hosts: readonly string[]): string {
  const names = hosts.slice(0, 3).join(phrase(language, 'report.comma'));
  return hosts.length > 3 ? phrase(language, 'report.todo.more', { hosts: names, count: hosts.length - 3 }) : names;
}
