import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import { problemOfField } from './log-source.ts';
import type { SigmaExpression, SigmaSource, SigmaTest } from './model.ts';
import { applyModifiers, type CheckSigmaRegex } from './modifiers.ts';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './yaml.ts';

export type DetectionContext = { readonly source: SigmaSource; readonly checkRegex: CheckSigmaRegex };

/**
 * One search identifier: a map (all of it), a list of maps (one of them), or a list of texts that are looked for in the whole line.
 * @throws SigmaFault
 */
export function readSearch(node: YamlNode, context: DetectionContext): SigmaExpression {
  if (node.kind === 'map') return readMap(node, context);
  if (node.kind === 'list') return readList(node, context);
  return keywords([node], [], node.place, context);
}

function readList(list: YamlList, context: DetectionContext): SigmaExpression {
  if (list.items.length === 0) throw new SigmaFault(list.place, 'the list is empty');
  return joined(
    'any',
    list.items.map((item) => {
      if (item.kind === 'list') throw new SigmaFault(item.place, 'a list in a list is not taken');
      return readSearch(item, context);
    }),
  );
}

function readMap(map: YamlMap, context: DetectionContext): SigmaExpression {
  if (map.entries.length === 0) throw new SigmaFault(map.place, 'the map is empty');
  return joined(
    'all',
    map.entries.map((entry) => readField(entry, context)),
  );
}

function readField({ key, keyPlace, value }: YamlEntry, context: DetectionContext): SigmaExpression {
  const [field = '', ...modifiers] = key.split('|').map((part) => part.trim());
  const scalars = scalarsOf(value);
  if (field === '') return keywords(scalars, modifiers, keyPlace, context);
  if (field.length > 200) throw new SigmaFault(keyPlace, 'the name of a field is at most 200 characters long');
  for (const name of [field, ...(modifiers.includes('fieldref') ? scalars.map(({ text }) => text) : [])]) {
    const problem = problemOfField(context.source, name);
    if (problem) throw new SigmaLeftOut(keyPlace, problem);
  }
  const { tests, all, not } = applyModifiers(modifiers, scalars, keyPlace, context.checkRegex);
  return combined(
    tests.map((test) => ({ field, ...test })),
    { all, not },
  );
}

function scalarsOf(value: YamlNode): YamlScalar[] {
  if (value.kind === 'map')
    throw new SigmaFault(value.place, 'the value of a field is a text, a number, or a list of them');
  if (value.kind === 'scalar') return [value];
  if (value.items.length === 0) throw new SigmaFault(value.place, 'the list is empty');
  return value.items.map((item) => {
    if (item.kind !== 'scalar') throw new SigmaFault(item.place, 'the values of a field are texts or numbers');
    return item;
  });
}

/** A keyword stands anywhere in the line. */
function keywords(
  scalars: readonly YamlScalar[],
  modifiers: readonly string[],
  place: SigmaPlace,
  context: DetectionContext,
): SigmaExpression {
  for (const scalar of scalars)
    if (scalar.value === null || scalar.text === '') throw new SigmaFault(scalar.place, 'a keyword is a text');
  const refused = modifiers.find(
    (name) =>
      ![
        'all',
        're',
        'i',
        'm',
        's',
        'cased',
        'contains',
        'expand',
        'base64',
        'base64offset',
        'wide',
        'utf16le',
        'utf16be',
        'utf16',
        'windash',
      ].includes(name),
  );
  if (refused) throw new SigmaFault(place, `\`${refused}\` needs a field before it`);
  const isPattern = modifiers.includes('re') || modifiers.includes('contains');
  const { tests, all, not } = applyModifiers(
    isPattern ? modifiers : [...modifiers, 'contains'],
    scalars,
    place,
    context.checkRegex,
  );
  return combined(tests, { all, not });
}

function combined(tests: readonly SigmaTest[], { all, not }: { all: boolean; not: boolean }): SigmaExpression {
  const expression = joined(all ? 'all' : 'any', tests);
  return not ? { not: expression } : expression;
}

export function joined(how: 'all' | 'any', parts: readonly SigmaExpression[]): SigmaExpression {
  if (parts.length === 1) return parts[0]!;
  return how === 'all' ? { all: parts } : { any: parts };
}
