import type { RuleHit } from '@sakimori/contract';
import type { ConfigurationView } from '../configuration/index.ts';
import type { Platform } from '../platform/index.ts';
import { anatomyOf, isSigma } from '../policies/index.ts';
import { compileBeside, type Drafted, draftRuleId } from './check.ts';
import { type Findings, ofDetection, Tally } from './findings.ts';
import { type InspectedLine, type InspectedRules, type ReplayedLine, replayLines, scanLog } from './log-inspector.ts';
import { storedDetections } from './stored.ts';

/** The rules as agents would have them, and which of them are the draft's. */
function prepare(drafted: Drafted, view: ConfigurationView) {
  const { text } = drafted.draft;
  const isInSigma = isSigma(text);
  const { decoderFiles, ruleFiles, owners } = compileBeside(drafted, view);
  const own = new Set([...owners].filter(([, owner]) => owner === draftRuleId).map(([id]) => String(id)));
  if (!isInSigma) for (const id of anatomyOf(text).ruleIds) own.add(String(id));
  const rules: InspectedRules = { decoderFiles, ruleFiles, sigma: isInSigma ? text : undefined };
  return { rules, own, isInSigma };
}

type Prepared = ReturnType<typeof prepare>;

/** Which rule of the draft a line is told by; undefined: by none. */
function hitOf({ own, isInSigma }: Prepared, line: InspectedLine): Pick<RuleHit, 'ruleId' | 'ruleName'> | undefined {
  if (isInSigma) {
    const [found] = line.sigma ?? [];
    return found && { ruleId: String(found.id), ruleName: found.description };
  }
  if (!line.alert || line.rule === null || !own.has(String(line.rule))) return undefined;
  return { ruleId: String(line.rule), ruleName: line.description ?? '' };
}

/** @throws Refusal `rule_faulty`, `trial_too_long` */
export async function tryOnLog(
  drafted: Drafted,
  view: ConfigurationView,
  log: { readonly text: string; readonly format: 'syslog' | 'plain' },
): Promise<Findings> {
  const prepared = prepare(drafted, view);
  const tally = new Tally(false);
  const lines = await scanLog(prepared.rules, log, (line) => {
    const hit = hitOf(prepared, line);
    if (hit) tally.add({ ...hit, text: line.line, ...(line.lineNumber ? { line: line.lineNumber } : {}) });
  });
  return tally.result(lines, []);
}

/**
 * Lines that some rule had matched in the last 30 days meet the draft, each at its own time, host by host. What no rule matched then never left its host.
 * @throws Refusal `rule_faulty`, `trial_too_long`
 */
export async function tryOnStoredLines(
  platform: Platform,
  accountId: string,
  drafted: Drafted,
  view: ConfigurationView,
): Promise<Findings> {
  const prepared = prepare(drafted, view);
  const { items, since, isCut } = await storedDetections(platform, accountId, 'loginspection');
  const told = items.flatMap((item) => {
    const { log, raw } = item.record;
    const line = log?.lines.at(-1) ?? raw;
    return log && line !== undefined ? [{ ...item, log, line }] : [];
  });
  // The order of times holds within each host.
  const byHost = [...Map.groupBy(told, ({ record }) => record.hostId).values()];
  const ordered = byHost.flat();
  const firsts = new Set(byHost.map(([first]) => first));
  const lines = ordered.map((entry, id): ReplayedLine => {
    const { record, log, line } = entry;
    const format = log.program !== undefined || record.facts?.['hostname'] !== undefined ? 'syslog' : 'plain';
    return { id, log: line, at: record.occurredAt, from: log.source, format, fresh: firsts.has(entry) };
  });
  const found: { readonly at: number; readonly hit: RuleHit }[] = [];
  await replayLines(prepared.rules, lines, (answer) => {
    const entry = ordered[Number(answer.id)];
    const hit = hitOf(prepared, answer);
    if (!entry || !hit) return;
    found.push({ at: Date.parse(entry.record.occurredAt), hit: { ...ofDetection(entry), ...hit, text: entry.line } });
  });
  const tally = new Tally(true);
  for (const { hit } of found.sort((a, b) => a.at - b.at)) tally.add(hit);
  return { ...tally.result(lines.length, ['stored_lines', ...(isCut ? (['newest_only'] as const) : [])]), since };
}
