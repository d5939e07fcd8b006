import { checkPattern } from './loginspection-check-pattern.ts';
import { LogInspectionFault, type LogInspectionPlace } from './loginspection-fault.ts';
import {
  type LogRuleDialect,
  logCategories,
  logDecoderElements,
  logDecoderPlugins,
  logFields,
  logFirstSightWords,
  logOffsets,
} from './loginspection-language.ts';
import type { LogRuleElement } from './loginspection-xml.ts';

/** A `<decoder>` as far as others depend on it, or it on others. */
export type LogDecoderFacts = { readonly name: string; readonly parent: string | undefined };

type ReadDecoder = LogDecoderFacts & {
  readonly place: LogInspectionPlace;
  readonly hasPrematch: boolean;
  readonly hasFirstSight: boolean;
  readonly regex: Pattern | undefined;
};

const fault = (place: LogInspectionPlace, sentence: string): LogInspectionFault =>
  new LogInspectionFault(sentence, place);

/** Reads `<decoder>` elements in their order. @throws LogInspectionFault for what agents would refuse */
export function readDecoders(elements: readonly LogRuleElement[], dialect: LogRuleDialect): LogDecoderFacts[] {
  const read: ReadDecoder[] = [];
  for (const element of elements) {
    const decoder = readDecoder(element, dialect);
    if (decoder.parent !== undefined) checkSiblings(decoder, read);
    read.push(decoder);
  }
  return read;
}

/** Children of one name are several regexes of one decoder. */
function checkSiblings(decoder: ReadDecoder, before: readonly ReadDecoder[]): void {
  const same = before.filter(({ name, parent }) => name === decoder.name && parent === decoder.parent);
  if (
    same.some(({ regex }) => !regex) ||
    (same.length > 0 && (decoder.hasPrematch || decoder.hasFirstSight || !decoder.regex))
  )
    throw fault(
      decoder.place,
      `The decoder \`${decoder.name}\` is there already; a second one may only add a \`<regex>\`.`,
    );
  if (same.length === 0 && decoder.regex?.offset === 'after_regex')
    throw fault(
      decoder.place,
      `The decoder \`${decoder.name}\` needs a regex of the same name before it for after_regex.`,
    );
}

function readDecoder(decoder: LogRuleElement, dialect: LogRuleDialect): ReadDecoder {
  const name = decoder.attributes['name'] ?? '';
  if (name === '') throw fault(decoder.place, 'A decoder needs a `name`.');
  for (const attribute of Object.keys(decoder.attributes))
    if (attribute !== 'name' && attribute !== 'status')
      throw fault(decoder.place, `A decoder has no attribute \`${attribute}\`.`);
  for (const child of decoder.children) {
    if (!logDecoderElements.has(child.name))
      throw fault(child.place, `\`<${child.name}>\` in a decoder is not supported.`);
    if (child.children.length > 0) throw fault(child.place, `\`<${child.name}>\` holds text alone.`);
  }
  const text = (child: string) =>
    decoder.children
      .filter((one) => one.name === child)
      .at(-1)
      ?.text.trim();
  const patterns = {
    program: readPattern(decoder, 'program_name', 'osmatch'),
    prematch: readPattern(decoder, 'prematch', 'osregex'),
    regex: readPattern(decoder, 'regex', 'osregex'),
  };
  checkTexts(decoder, { type: text('type'), order: text('order'), fts: text('fts') }, dialect);
  checkPlugin(decoder, patterns.regex);
  checkWhole(decoder, patterns, { parent: text('parent'), hasOrder: text('order') !== undefined });
  const { prematch, regex } = patterns;
  return {
    ...{ name, parent: text('parent'), place: decoder.place, regex },
    ...{ hasPrematch: prematch !== undefined, hasFirstSight: text('fts') !== undefined },
  };
}

type Pattern = { readonly offset: string | undefined };

/** The texts of elements of one name are one pattern. */
function readPattern(decoder: LogRuleElement, name: string, dialect: 'osmatch' | 'osregex'): Pattern | undefined {
  const isPerl = (one: LogRuleElement) => one.name === `${name}_pcre2` || (name === 'regex' && one.name === 'pcre2');
  const parts = decoder.children.filter((one) => one.name === name || isPerl(one));
  const [first] = parts;
  if (!first) return undefined;
  const other = parts.find((one) => isPerl(one) !== isPerl(first));
  if (other) throw fault(other.place, `\`<${name}>\` stands there in two dialects.`);
  checkPattern(
    first,
    isPerl(first) ? 'pcre2' : (first.attributes['type'] ?? dialect),
    parts.map((one) => one.text).join(''),
  );
  for (const [index, part] of parts.entries()) checkOffset(part, index, name);
  return { offset: first.attributes['offset'] };
}

function checkOffset(part: LogRuleElement, index: number, name: string): void {
  for (const attribute of Object.keys(part.attributes))
    if (attribute !== 'offset' && attribute !== 'type')
      throw fault(part.place, `\`<${part.name}>\` has no attribute \`${attribute}\`.`);
  const offset = part.attributes['offset'];
  if (offset === undefined) return;
  if (!(logOffsets as readonly string[]).includes(offset))
    throw fault(part.place, `\`${offset}\` is no offset: ${logOffsets.join(', ')}.`);
  if (index > 0) throw fault(part.place, `Only the first \`<${name}>\` may have an offset.`);
}

function checkTexts(
  decoder: LogRuleElement,
  { type, order, fts }: Record<'type' | 'order' | 'fts', string | undefined>,
  dialect: LogRuleDialect,
): void {
  if (type !== undefined && !(logCategories as readonly string[]).includes(type))
    throw fault(decoder.place, `\`${type}\` is no type of a decoder: ${logCategories.join(', ')}.`);
  const fields = order?.split(',').map((field) => field.trim()) ?? [];
  if (fields.length > orderMax) throw fault(decoder.place, `\`<order>\` names more than ${orderMax} fields.`);
  for (const field of fields)
    if (!(logFields as readonly string[]).includes(field) && (dialect !== 'ossec' || !/^[^\s<>]{1,100}$/.test(field)))
      throw fault(decoder.place, `\`${field}\` is no field: ${logFields.join(', ')}.`);
  for (const part of fts?.split(',') ?? [])
    if (!logFirstSightWords.some((word) => part.includes(word)))
      throw fault(decoder.place, `\`${part.trim()}\` cannot be used in \`<fts>\`.`);
}

/** Most fields that one decoder may take out. */
const orderMax = 256;

function checkPlugin(decoder: LogRuleElement, regex: Pattern | undefined): void {
  const plugin = decoder.children.filter(({ name }) => name === 'plugin_decoder').at(-1);
  if (!plugin) return;
  if (!(logDecoderPlugins as readonly string[]).includes(plugin.text.trim()))
    throw fault(plugin.place, `\`${plugin.text.trim()}\` is no plugin: ${logDecoderPlugins.join(', ')}.`);
  if (regex) throw fault(decoder.place, '`<plugin_decoder>` and `<regex>` exclude each other.');
}

function checkWhole(
  decoder: LogRuleElement,
  { program, prematch, regex }: Record<'program' | 'prematch' | 'regex', Pattern | undefined>,
  { parent, hasOrder }: { readonly parent: string | undefined; readonly hasOrder: boolean },
): void {
  const refuse = (problem: string): never => {
    throw fault(decoder.place, `The decoder \`${decoder.attributes['name']}\` ${problem}.`);
  };
  if (!prematch && !program && parent === undefined) refuse('needs `<prematch>`, `<program_name>` or `<parent>`');
  if (regex && !hasOrder) refuse('has a `<regex>` and needs `<order>`');
  if (!regex && decoder.children.some((child) => child.name === 'fts')) refuse('has `<fts>` and needs `<regex>`');
  if (!regex && hasOrder) refuse('has an `<order>` and needs `<regex>`');
  if (prematch?.offset && (prematch.offset !== 'after_parent' || parent === undefined))
    refuse('may look with `<prematch>` after_parent only, and below a parent');
  if (regex?.offset === 'after_parent' && parent === undefined) refuse('needs `<parent>` for after_parent');
  if (regex?.offset === 'after_prematch' && parent !== undefined && !prematch)
    refuse('needs `<prematch>` for after_prematch');
  if (regex?.offset === 'after_regex' && parent === undefined) refuse('needs `<parent>` for after_regex');
}
