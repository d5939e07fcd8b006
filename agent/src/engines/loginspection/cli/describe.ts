import type { Outcome } from '../analyser.ts';
import { fieldsOf } from '../event.ts';
import type { SigmaFinding } from '../sigma/sigma-watch.ts';
import type { Examined } from './examiner.ts';

/**
 * One line's way through the engine, as plain data; null where there is no such thing. Where rules of Sigma hold too, `rule` is the one of the highest
 * level, and `sigma` lists them.
 */
export function describeOutcome(outcome: Outcome, findings: readonly SigmaFinding[] = []) {
  const { event, earlier } = outcome;
  const fields = fieldsOf(event);
  const sigma = findings.map(describeSigma);
  const own = outcome.rule && { ...outcome.rule, groups: groupsOf(outcome.rule.groups) };
  const rule = sigma.reduce<Shown | undefined>((one, other) => (one && one.level >= other.level ? one : other), own);
  return {
    line: event.line,
    decoder: event.decoder ?? null,
    rule: rule?.id ?? null,
    level: rule?.level ?? null,
    groups: rule?.groups ?? null,
    fields: Object.keys(fields).length > 0 ? fields : null,
    description: rule?.description ?? null,
    alert: isAlert(outcome) || sigma.length > 0,
    predecoded: {
      hostname: event.hostname?.text ?? null,
      program: event.program?.text ?? null,
      message: event.message.text,
    },
    ...(earlier.length > 0 ? { earlierLines: earlier.map((one) => one.line) } : {}),
    ...(sigma.length > 0 ? { sigma } : {}),
  };
}

type Shown = Pick<ReturnType<typeof describeSigma>, 'id' | 'level' | 'groups' | 'description'> | ShownRule;
interface ShownRule {
  readonly id: number;
  readonly level: number;
  readonly groups: readonly string[];
  readonly description: string;
}

/** A rule of Sigma that the line fulfils. */
export function describeSigma({ rule, facts, earlierLines }: SigmaFinding) {
  const { id, level, title, attack = [] } = rule;
  const groups = ['sigma', 'source' in rule ? rule.source : rule.type];
  return {
    ...{ id, level, groups, description: title, attack },
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...(earlierLines.length > 0 ? { earlierLines } : {}),
  };
}

const groupsOf = (groups: string): string[] =>
  groups
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');

/** Whether the rule would be told: it has a level, its options let it, and it is not within its `ignore`. */
export const isAlert = ({ rule, silenced }: Pick<Outcome, 'silenced'> & { readonly rule?: Outcome['rule'] }): boolean =>
  rule !== undefined && rule.level > 0 && !rule.noLog && !silenced;

/** The same for people, in the phases that OSSEC's logtest shows. */
export function showOutcome({ outcome, findings }: Examined): string {
  const { event, rule } = outcome;
  const shown = (name: string, value: string | undefined) => `       ${name}: '${value ?? '(null)'}'`;
  return [
    '',
    '**Phase 1: Completed pre-decoding.',
    shown('full event', event.line),
    shown('location', event.location),
    shown('hostname', event.hostname?.text),
    shown('program_name', event.program?.text),
    shown('log', event.message.text),
    '',
    '**Phase 2: Completed decoding.',
    ...(event.decoder === undefined ? ['       No decoder matched.'] : [shown('decoder', event.decoder)]),
    ...Object.entries(fieldsOf(event)).map(([name, value]) => shown(name, value)),
    ...(rule ? ['', '**Phase 3: Completed filtering (rules).', ...showRule(outcome)] : []),
    ...findings.flatMap(showSigma),
    '',
    '',
  ].join('\n');
}

function showSigma(finding: SigmaFinding): string[] {
  const { id, level, description, attack, facts = {}, earlierLines = [] } = describeSigma(finding);
  return [
    '',
    '**Sigma:',
    `       Rule id: '${id}'`,
    `       Level: '${level}'`,
    `       Description: '${description}'`,
    ...(attack.length > 0 ? [`       ATT&CK: '${attack.join(', ')}'`] : []),
    ...Object.entries(facts).map(([name, value]) => `       ${name}: '${value}'`),
    ...earlierLines.map((line) => `       Counted: '${line}'`),
    '**Alert to be generated.',
  ];
}

function showRule(outcome: Outcome): string[] {
  const { rule, earlier, silenced } = outcome;
  if (!rule) return [];
  return [
    `       Rule id: '${rule.id}'`,
    `       Level: '${rule.level}'`,
    `       Description: '${rule.description}'`,
    `       Groups: '${groupsOf(rule.groups).join(', ')}'`,
    ...rule.info.map(({ kind, text }) => `       Info - ${kind}: '${text}'`),
    ...earlier.map((one) => `       Counted: '${one.line}'`),
    ...(isAlert(outcome) ? ['**Alert to be generated.'] : []),
    ...(silenced
      ? ['**No alert: within the time in which the rule stays silent, or on the list of what is ignored.']
      : []),
  ];
}
