import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, shipped } from '../configuration/index.ts';
import { idOf, shippedByName } from './objects.ts';
import type { Wanted } from './wanted.ts';

type LogFile = { readonly location: string; readonly format: string };
function filesOf(rule: ApiObject | undefined): readonly LogFile[] {
  const given = rule?.['logFiles'] as { logFiles?: LogFile[] } | readonly LogFile[] | undefined;
  if (given === undefined) return [];
  return 'logFiles' in given ? (given.logFiles ?? []) : (given as readonly LogFile[]);
}

/** The rule that reads logs of a kind, and how: shipped ones by their number, everything else beside the system’s own log. */
export function logRuleOf(
  view: ConfigurationView,
  kind: string,
): { readonly id: number; readonly format: string } | undefined {
  const number = /^rule(\d+)$/.exec(kind)?.[1];
  const rule = number
    ? view.get('LogInspectionRule', Number(number) - 3000)
    : shippedByName(view, 'LogInspectionRule', 'rsyslog');
  if (!rule) return undefined;
  const format = number ? (filesOf(rule)[0]?.format ?? 'syslog') : kind === 'plain' ? 'single-line-text-log' : 'syslog';
  return { id: idOf(rule), format };
}

/** Which logs each rule reads under the sheet’s policy: its own as they were shipped, and those of the sheet. */
export function wantedLogFiles(
  view: ConfigurationView,
  { logs }: Wanted,
): Map<number, { logFiles: { logFiles: LogFile[] } }> {
  const added = new Map<number, LogFile[]>();
  for (const { kind, location } of logs) {
    const rule = logRuleOf(view, kind);
    if (rule) added.set(rule.id, [...(added.get(rule.id) ?? []), { location, format: rule.format }]);
  }
  return new Map(
    [...added].map(([id, files]) => {
      const own = filesOf(shipped().objects.get('LogInspectionRule')?.get(id));
      const further = files.filter(({ location }) => !own.some((one) => one.location === location));
      return [id, { logFiles: { logFiles: [...own, ...further] } }];
    }),
  );
}
