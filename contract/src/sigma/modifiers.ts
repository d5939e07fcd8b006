import { isIP } from 'node:net';
import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import type { SigmaComparison, SigmaTest } from './model.ts';
import { comparisonOf, literalOf, readWildcards, surround, type WildcardPart } from './wildcards.ts';
import type { YamlScalar } from './yaml.ts';

/** Says what an agent refuses of a regular expression; `at` counts characters from 0. */
export type CheckSigmaRegex = (source: string) => { readonly problem: string; readonly at: number } | undefined;

/** A value on its way through the modifiers of its field. */
type Value = {
  readonly place: SigmaPlace;
  readonly raw: YamlScalar;
  readonly parts: readonly WildcardPart[];
  /** Behind `wide` and the like, until `base64` makes text of them. */
  readonly bytes?: Buffer;
};

export type ModifiedTests = {
  readonly tests: readonly Omit<SigmaTest, 'field'>[];
  readonly all: boolean;
  readonly not: boolean;
};

const comparisons: Readonly<Record<string, SigmaComparison>> = { lt: 'lt', lte: 'lte', gt: 'gt', gte: 'gte' };
const surroundings = ['contains', 'startswith', 'endswith'] as const;
const regexFlags = ['i', 'm', 's'];
const timeModifiers = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const knownModifiers = new Set([
  ...surroundings,
  ...Object.keys(comparisons),
  ...['all', 'cased', 'neq', 'exists', 're', 'cidr', 'fieldref', 'expand', 'windash'],
  ...['base64', 'base64offset', 'wide', 'utf16le', 'utf16be', 'utf16'],
]);
/** The dashes that `windash` takes for one another. */
const dashes = ['-', '/', '–', '—', '―'];
const dashesMax = 3;

/**
 * Applies the modifiers of a field to its values, in their order, as the specification's appendix has them.
 * @throws SigmaFault for what is wrong, SigmaLeftOut for what cannot be carried out here
 */
export function applyModifiers(
  modifiers: readonly string[],
  scalars: readonly YamlScalar[],
  place: SigmaPlace,
  checkRegex: CheckSigmaRegex,
): ModifiedTests {
  refuseUnknown(modifiers, place);
  const has = (name: string) => modifiers.includes(name);
  const flags = { all: has('all'), not: has('neq') };
  const cased = has('cased') ? ({ cased: true } as const) : {};
  if (has('exists')) return { ...flags, tests: scalars.map((scalar) => existence(scalar)) };
  if (has('fieldref'))
    return { ...flags, tests: scalars.map((scalar) => ({ ...reference(scalar, modifiers), ...cased })) };
  const plain = scalars.map(
    (scalar): Value => ({ place: scalar.place, raw: scalar, parts: partsOf(scalar, has('re')) }),
  );
  if (has('re')) return { ...flags, tests: plain.map((value) => regex(value, modifiers, checkRegex)) };
  let values = plain;
  for (const modifier of modifiers) values = values.flatMap((value) => transform(modifier, value));
  const how = modifiers.find((modifier) => comparisons[modifier]);
  return { ...flags, tests: values.map((value) => ({ ...testOf(value, how, has('cidr')), ...cased })) };
}

function refuseUnknown(modifiers: readonly string[], place: SigmaPlace): void {
  for (const [index, modifier] of modifiers.entries()) {
    if (timeModifiers.includes(modifier))
      throw new SigmaLeftOut(place, `the time modifier \`${modifier}\` is not supported`);
    const isFlag = regexFlags.includes(modifier) && modifiers.slice(0, index).includes('re');
    if (!isFlag && !knownModifiers.has(modifier)) throw new SigmaFault(place, `there is no modifier \`${modifier}\``);
  }
  if (new Set(modifiers).size < modifiers.length) throw new SigmaFault(place, 'a modifier stands there twice');
  const exclusive = modifiers.filter(
    (name) => ['re', 'cidr', 'exists', 'fieldref'].includes(name) || comparisons[name],
  );
  if (exclusive.length > 1) throw new SigmaFault(place, `\`${exclusive.join('` and `')}\` do not go together`);
  const [alone] = exclusive;
  const others = modifiers.filter((name) => surroundings.some((one) => one === name) || name.startsWith('base64'));
  if (alone && alone !== 'fieldref' && others.length > 0)
    throw new SigmaFault(place, `\`${alone}\` and \`${others[0]}\` do not go together`);
  if (modifiers.filter((name) => surroundings.some((one) => one === name)).length > 1)
    throw new SigmaFault(place, '`contains`, `startswith` and `endswith` do not go together');
}

function partsOf(scalar: YamlScalar, isRegex: boolean): readonly WildcardPart[] {
  return isRegex || scalar.value === null ? [] : readWildcards(scalar.text);
}

function existence({ value, text, place }: YamlScalar): Omit<SigmaTest, 'field'> {
  const isTrue = value === true || /^(true|yes)$/i.test(text);
  if (!isTrue && value !== false && !/^(false|no)$/i.test(text))
    throw new SigmaFault(place, '`exists` takes true or false');
  return { how: 'exists', value: String(isTrue) };
}

function reference({ value, text, place }: YamlScalar, modifiers: readonly string[]): Omit<SigmaTest, 'field'> {
  if (typeof value !== 'string' || text === '') throw new SigmaFault(place, '`fieldref` takes the name of a field');
  if (modifiers.includes('contains')) return { how: 'containsField', value: text };
  if (modifiers.includes('startswith')) return { how: 'startsWithField', value: text };
  return { how: modifiers.includes('endswith') ? 'endsWithField' : 'equalsField', value: text };
}

/** `m` and `s` are about line breaks, and a line of a log has none. */
function regex({ raw, place }: Value, modifiers: readonly string[], check: CheckSigmaRegex): Omit<SigmaTest, 'field'> {
  if (raw.value === null || raw.text === '') throw new SigmaFault(place, '`re` takes a regular expression');
  const source = modifiers.includes('i') && !raw.text.startsWith('(?i)') ? `(?i)${raw.text}` : raw.text;
  const wrong = check(source);
  if (wrong)
    throw new SigmaFault(place, `the regular expression is refused: ${wrong.problem} (character ${wrong.at + 1})`);
  return { how: 'regex', value: source };
}

function transform(modifier: string, value: Value): Value[] {
  const { place } = value;
  const text = () => {
    const literal = literalOf(value.parts);
    if (literal === undefined) throw new SigmaFault(place, `\`${modifier}\` takes no wildcards`);
    return literal;
  };
  const ofText = (made: string): Value => ({ place, raw: value.raw, parts: made === '' ? [] : [{ literal: made }] });
  switch (modifier) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      refuseBytes(value);
      return [{ ...value, parts: surround(value.parts, modifier) }];
    case 'wide':
    case 'utf16le':
      return [{ ...value, bytes: Buffer.from(text(), 'utf16le') }];
    case 'utf16be':
      return [{ ...value, bytes: Buffer.from(text(), 'utf16le').swap16() }];
    case 'utf16':
      return [{ ...value, bytes: Buffer.from(`\uFEFF${text()}`, 'utf16le') }];
    case 'base64':
      return [ofText((value.bytes ?? Buffer.from(text())).toString('base64'))];
    case 'base64offset':
      return [0, 1, 2].map((shift) => ofText(shifted(value.bytes ?? Buffer.from(text()), shift, place)));
    case 'windash':
      return withDashes(value);
    case 'expand':
      refusePlaceholder(value);
      return [value];
    default:
      return [value];
  }
}

function refuseBytes({ bytes, place }: Value): void {
  if (bytes) throw new SigmaFault(place, '`wide` and `utf16…` need `base64` or `base64offset` behind them');
}

/** What of the Base64 is the same whatever stands before and behind the bytes. */
function shifted(bytes: Buffer, shift: number, place: SigmaPlace): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const end = [whole.length, -1, -1][(bytes.length + shift) % 3];
  const text = whole.slice([0, 2, 3][shift], end);
  if (text === '') throw new SigmaFault(place, 'the value is too short for `base64offset`');
  return text;
}

/** A dash or slash in front of a word may be any of the dashes. */
function withDashes(value: Value): Value[] {
  const { place } = value;
  let made: WildcardPart[][] = [[]];
  let count = 0;
  for (const part of value.parts) {
    const pieces = 'literal' in part ? part.literal.split(/\B[-/–—―](?=\w)/) : [];
    count += Math.max(0, pieces.length - 1);
    if (count > dashesMax) throw new SigmaFault(place, `\`windash\` takes at most ${dashesMax} dashes in a value`);
    const forms = pieces
      .slice(1)
      .reduce((texts, piece) => texts.flatMap((text) => dashes.map((dash) => text + dash + piece)), pieces.slice(0, 1));
    const next: WildcardPart[] = 'literal' in part ? forms.map((literal) => ({ literal })) : [part];
    made = made.flatMap((parts) => next.map((one) => [...parts, one]));
  }
  return made.map((parts) => ({ ...value, parts }));
}

function refusePlaceholder({ raw, place }: Value): void {
  const found = /(?<!\\)%([\w-]+)%/.exec(raw.text);
  if (found) throw new SigmaLeftOut(place, `nothing fills in the placeholder \`%${found[1]}%\``);
}

function testOf(value: Value, comparison: string | undefined, isNetwork: boolean): Omit<SigmaTest, 'field'> {
  refuseBytes(value);
  const { raw, place, parts } = value;
  if (comparison) {
    if (!/^-?(?:\d+(?:\.\d+)?|0x[0-9a-f]+)$/i.test(raw.text))
      throw new SigmaFault(place, `\`${comparison}\` takes a number`);
    return { how: comparisons[comparison]!, value: String(Number(raw.text)) };
  }
  if (isNetwork) return { how: 'cidr', value: networkOf(raw) };
  if (raw.value === null) return { how: 'empty', value: '' };
  return literalOf(parts) === '' ? { how: 'empty', value: '' } : comparisonOf(parts);
}

function networkOf({ text, place }: YamlScalar): string {
  const [address = '', prefix] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  const isRight = isIP(address) !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits));
  if (!isRight || text.split('/').length > 2) throw new SigmaFault(place, `\`${text.slice(0, 60)}\` is no network`);
  return text;
}
