import type { Outcome } from '../analyser.ts';
import { fieldsOf } from '../event.ts';

/** One line's way through the engine, as plain data; null where there is no such thing. */
export function describeOutcome({ event, rule, earlier, silenced }: Outcome) {
  const fields = fieldsOf(event);
  return {
    line: event.line,
    decoder: event.decoder ?? null,
    rule: rule?.id ?? null,
    level: rule?.level ?? null,
    groups: rule ? groupsOf(rule.groups) : null,
    fields: Object.keys(fields).length > 0 ? fields : null,
    description: rule?.description ?? null,
    alert: isAlert({ rule, silenced }),
    predecoded: {
      hostname: event.hostname?.text ?? null,
      program: event.program?.text ?? null,
      message: event.message.text,
    },
    ...(earlier.length > 0 ? { earlierLines: earlier.map((one) => one.line) } : {}),
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
export function showOutcome(outcome: Outcome): string {
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
    '',
    '',
  ].join('\n');
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
