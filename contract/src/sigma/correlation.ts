import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import { readHead } from './head.ts';
import { type SigmaCorrelationRule, sigmaCorrelationTypes } from './model.ts';
import { entryOf, textOf, textsOf, type YamlMap, type YamlNode } from './yaml.ts';

/** Finds a rule by its id or name: its id, or why it is not there. */
export type FindSigmaRule = (name: string) => { readonly id: string } | { readonly leftOut: string } | undefined;

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const timespanSecondsMax = 86_400;
const atLeastMax = 1000;
const knownKeys = ['type', 'rules', 'aliases', 'group-by', 'timespan', 'timeframe', 'condition', 'generate', 'level'];

export type ReadCorrelation = { readonly rule: SigmaCorrelationRule; readonly generates: boolean };

/**
 * A correlation rule. `gte` and `gt` count up to a number and then fire; other conditions would need the end of the time to come, which no log
 * tells. @throws SigmaFault, SigmaLeftOut
 */
export function readCorrelation(map: YamlMap, find: FindSigmaRule): ReadCorrelation {
  const head = readHead(map);
  const body = entryOf(map, 'correlation')!.value;
  if (body.kind !== 'map') throw new SigmaFault(body.place, '`correlation` must be a map');
  for (const { key, keyPlace } of body.entries)
    if (!knownKeys.includes(key)) throw new SigmaFault(keyPlace, `a correlation has no \`${key}\``);
  const type = typeOf(body);
  const rules = rulesOf(body, find);
  const { atLeast, valueField } = conditionOf(body, type, rules.length);
  return {
    rule: {
      ...{ ...head, type, rules: [...new Set(rules.map(({ id }) => id))] },
      groupBy: groupsOf(body, rules),
      timespanSeconds: timespanOf(body),
      atLeast,
      ...(valueField ? { valueField } : {}),
    },
    generates: (textOf(map, 'generate') ?? textOf(body, 'generate')) === 'true',
  };
}

function typeOf(body: YamlMap): SigmaCorrelationRule['type'] {
  const text = textOf(body, 'type');
  if (!text) throw new SigmaFault(body.place, '`type` of the correlation is missing');
  const place = entryOf(body, 'type')!.value.place;
  if (
    ['value_sum', 'value_avg', 'value_min', 'value_max', 'value_percentile', 'value_median'].includes(text) ||
    text.startsWith('extended_')
  )
    throw new SigmaLeftOut(place, `correlations of type \`${text}\` are not supported`);
  const type = sigmaCorrelationTypes.find((one) => one === text);
  if (!type)
    throw new SigmaFault(place, `\`${text}\` is no type of a correlation: ${sigmaCorrelationTypes.join(', ')}`);
  return type;
}

type Named = { readonly id: string; readonly name: string };

function rulesOf(body: YamlMap, find: FindSigmaRule): Named[] {
  const named = textsOf(body, 'rules');
  if (named.length === 0) throw new SigmaFault(body.place, '`rules` of the correlation is missing');
  if (named.length > 100) throw new SigmaFault(body.place, 'a correlation looks at most at 100 rules');
  return named.map(({ text, place }) => ({ id: found(text, place, find), name: text }));
}

/** @returns the id */
function found(name: string, place: SigmaPlace, find: FindSigmaRule): string {
  const rule = find(name);
  if (!rule) throw new SigmaFault(place, `there is no rule \`${name}\` before it in the file`);
  if ('leftOut' in rule) throw new SigmaLeftOut(place, `it needs the rule “${rule.leftOut}”, which is left out`);
  return rule.id;
}

/** Each field, or for an alias the field of each rule. */
function groupsOf(body: YamlMap, rules: readonly Named[]): SigmaCorrelationRule['groupBy'] {
  const aliases = entryOf(body, 'aliases')?.value;
  if (aliases && aliases.kind !== 'map') throw new SigmaFault(aliases.place, '`aliases` must be a map');
  const named = textsOf(body, 'group-by');
  if (named.length > 10) throw new SigmaFault(body.place, '`group-by` has at most 10 fields');
  return named.map(({ text }) => {
    const alias = aliases && entryOf(aliases, text)?.value;
    return alias ? aliasOf(alias, text, rules) : text;
  });
}

function aliasOf(alias: YamlNode, name: string, rules: readonly Named[]): Record<string, string> {
  if (alias.kind !== 'map') throw new SigmaFault(alias.place, `the alias \`${name}\` must be a map of rules to fields`);
  return Object.fromEntries(
    rules.map((rule) => {
      const field = textOf(alias, rule.name);
      if (!field)
        throw new SigmaFault(alias.place, `the alias \`${name}\` names no field of the rule \`${rule.name}\``);
      return [rule.id, field];
    }),
  );
}

function timespanOf(body: YamlMap): number {
  const key = entryOf(body, 'timespan') ? 'timespan' : 'timeframe';
  const text = textOf(body, key);
  if (!text) throw new SigmaFault(body.place, '`timespan` of the correlation is missing');
  const { place } = entryOf(body, key)!.value;
  const match = /^(\d{1,7})([smhd])$/.exec(text);
  if (!match) throw new SigmaFault(place, `\`${text}\` is no timespan such as 90s, 10m, 1h or 1d`);
  const seconds = Number(match[1]) * secondsOf[match[2]!]!;
  if (seconds < 1) throw new SigmaFault(place, 'a timespan is at least one second');
  if (seconds > timespanSecondsMax) throw new SigmaLeftOut(place, 'an agent looks back one day at most');
  return seconds;
}

function conditionOf(
  body: YamlMap,
  type: SigmaCorrelationRule['type'],
  ruleCount: number,
): { readonly atLeast: number; readonly valueField: string | undefined } {
  const condition = entryOf(body, 'condition')?.value;
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (!condition && isTemporal) return { atLeast: ruleCount, valueField: undefined };
  if (!condition) throw new SigmaFault(body.place, '`condition` of the correlation is missing');
  if (condition.kind !== 'map')
    throw new SigmaLeftOut(condition.place, 'conditions written as a text are not supported');
  const valueField = textOf(condition, 'field');
  if ((valueField !== undefined) !== (type === 'value_count'))
    throw new SigmaFault(
      condition.place,
      type === 'value_count' ? '`condition` needs `field`' : '`field` is for `value_count`',
    );
  const counts = condition.entries.filter(({ key }) => key !== 'field');
  const [count] = counts;
  if (!count) throw new SigmaFault(condition.place, '`condition` needs `gte` or `gt`');
  const other = counts.find(({ key }) => key !== 'gte' && key !== 'gt');
  if (other && !['lt', 'lte', 'eq', 'neq'].includes(other.key))
    throw new SigmaFault(other.keyPlace, `\`${other.key}\` is no comparison: gt, gte, lt, lte, eq`);
  if (other)
    throw new SigmaLeftOut(other.keyPlace, `\`${other.key}\` is not supported: a count is told when it is reached`);
  if (counts.length > 1) throw new SigmaFault(counts[1]!.keyPlace, '`gt` and `gte` do not go together');
  const text = count.value.kind === 'scalar' ? count.value.text : '';
  const atLeast = Number(text) + (count.key === 'gt' ? 1 : 0);
  if (!/^\d{1,9}$/.test(text) || atLeast < 1 || atLeast > atLeastMax)
    throw new SigmaFault(count.value.place, `the number must be whole, and between 1 and ${atLeastMax}`);
  return { atLeast: isTemporal ? Math.min(atLeast, ruleCount) : atLeast, valueField };
}
