import { type FormerPeriod, modules, type Report, reportedModules, severities, severityOfId } from '@sakimori/contract';
import type { Period } from '../calendar/index.ts';
import type { FormerRow, HostRow, SumRow } from './store.ts';

/** Every source of detections, the six modules first: reports name them all, with zero where nothing was seen. */
export const sources = [...modules, 'system'] as const;
type Source = (typeof sources)[number];

/** How many rules a report names. */
const topRulesMax = 20;
/** How many rules and hosts the section of one module names. */
const sectionMax = 5;

type Figures = Pick<Report, 'total' | 'byModule' | 'bySeverity' | 'byDay' | 'topRules' | 'byHost' | 'sections'>;

/**
 * Sums of the roll-ups as the figures of a report: every module, severity and day is there, and each breakdown adds up to the total.
 * @param hosts hosts in service; those without a detection are listed with zero
 */
export function toFigures(
  period: Period,
  sums: readonly SumRow[],
  hosts: readonly Pick<HostRow, 'id' | 'name'>[],
): Figures {
  const over = (...columns: (keyof SumRow)[]) => sums.filter((row) => isSumOver(row, columns));
  return {
    total: over()[0]?.count ?? 0,
    byModule: toModules(over('module', 'prevented')),
    bySeverity: severities.toReversed().map((severity) => ({
      severity,
      count: count(over('severity').filter((row) => severityOfId(row.severity!) === severity)),
    })),
    byDay: toDays(period, over('day', 'module')),
    topRules: toRules(over('module', 'rule_id', 'severity')).slice(0, topRulesMax),
    byHost: toHosts(over('host_id', 'host_name'), hosts),
    sections: reportedModules.map((module) => ({
      module,
      rules: toRules(over('module', 'rule_id', 'severity').filter((row) => row.module === module)).slice(0, sectionMax),
      hosts: toHosts(
        over('module', 'host_id', 'host_name').filter((row) => row.module === module),
        [],
      ).slice(0, sectionMax),
    })),
  };
}

/** The periods before with their figures, zeros included, in the order that they are given in. */
export const toFormer = (periods: readonly Period[], rows: readonly FormerRow[]): FormerPeriod[] =>
  periods.map(({ period }) => {
    const byModule = toModules(rows.filter((row) => row.period === period));
    const sum = (column: 'detected' | 'prevented' | 'total') => byModule.reduce((all, row) => all + row[column], 0);
    return { period, detected: sum('detected'), prevented: sum('prevented'), total: sum('total'), byModule };
  });

const keys = ['module', 'prevented', 'severity', 'day', 'rule_id', 'host_id', 'host_name'] as const;
const isSumOver = (row: SumRow, columns: readonly (keyof SumRow)[]) =>
  keys.every((key) => columns.includes(key) === (row[key] !== null));

const count = (rows: readonly Pick<SumRow, 'count'>[]) => rows.reduce((sum, row) => sum + row.count, 0);

function toModules(rows: readonly Pick<SumRow, 'module' | 'prevented' | 'count'>[]): Figures['byModule'] {
  return sources.map((module) => {
    const own = rows.filter((row) => row.module === module);
    const prevented = count(own.filter((row) => row.prevented));
    return { module, detected: count(own) - prevented, prevented, total: count(own) };
  });
}

function toDays(period: Period, rows: readonly SumRow[]): Figures['byDay'] {
  return period.days.map((day) => {
    const own = rows.filter((row) => row.day === day);
    const byModule = sources.map((module) => [module, count(own.filter((row) => row.module === module))] as const);
    return { day, count: count(own), byModule: Object.fromEntries(byModule) };
  });
}

function toRules(rows: readonly SumRow[]): Figures['topRules'] {
  return rows
    .map((row) => ({
      module: row.module as Source,
      ruleId: row.rule_id!,
      ruleName: row.rule_name,
      ...(row.rule_name_ja ? { ruleNameJa: row.rule_name_ja } : {}),
      severity: severityOfId(row.severity!),
      count: row.count,
    }))
    .sort((a, b) => b.count - a.count || compare(a.module, b.module) || compare(a.ruleId, b.ruleId));
}

function toHosts(rows: readonly SumRow[], hosts: readonly Pick<HostRow, 'id' | 'name'>[]): Figures['byHost'] {
  const counted = rows.map((row) => ({ hostId: row.host_id!, hostName: row.host_name!, count: row.count }));
  const seen = new Set(counted.map((host) => host.hostId));
  const quiet = hosts
    .filter((host) => !seen.has(host.id))
    .map((host) => ({ hostId: host.id, hostName: host.name, count: 0 }));
  return [...counted, ...quiet].sort(
    (a, b) => b.count - a.count || compare(a.hostName, b.hostName) || compare(a.hostId, b.hostId),
  );
}

/** By code unit, so that every machine gives one order. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
