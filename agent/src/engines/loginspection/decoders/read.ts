import { categories, type FieldName, type FirstSightPart, fieldNames } from '../event.ts';
import { compileAt, RuleFileFault } from '../fault.ts';
import { compileOsMatch, compileOsRegex, compilePcre2, type Pattern } from '../patterns/index.ts';
import type { Dialect, XmlElement } from '../xml.ts';
import type { Decoder, Offset, OrderTarget } from './decoder.ts';
import { type Plugin, plugins } from './plugins/index.ts';

/** Reads one `<decoder>`. @throws RuleFileFault */
export function readDecoder(element: XmlElement, dialect: Dialect): Decoder {
  if (element.name !== 'decoder')
    throw new RuleFileFault(element.place, `\`<${element.name}>\` where \`<decoder>\` was expected`);
  const ownName = element.attributes['name'] ?? '';
  if (ownName === '') throw new RuleFileFault(element.place, 'a decoder needs a `name`');
  refuseUnknown(element, ['name', 'status'], knownChildren);
  const parent = textOf(element, 'parent');
  const decoder: Decoder = {
    ownName,
    name: parent !== undefined && textOf(element, 'use_own_name') !== 'true' ? parent : ownName,
    place: element.place,
    parent,
    category: readCategory(element),
    program: readPattern(element, 'program_name', 'match'),
    prematch: readPattern(element, 'prematch', 'regex'),
    prematchOffset: readOffset(element, 'prematch'),
    regex: readPattern(element, 'regex', 'regex'),
    regexOffset: readOffset(element, 'regex'),
    order: readOrder(element, dialect),
    firstSight: readFirstSight(element),
    accumulates: childrenOf(element, 'accumulate').length > 0,
    plugin: readPlugin(element),
    continues: false,
    children: [],
  };
  return checkDecoder(decoder);
}

const patternNames = ['program_name', 'prematch', 'regex'];
const knownChildren = new Set([
  ...patternNames,
  ...patternNames.map((name) => `${name}_pcre2`),
  'pcre2',
  'parent',
  'order',
  'type',
  'use_own_name',
  'fts',
  'accumulate',
  'plugin_decoder',
  // OSSEC reads it and does nothing with it.
  'ftscomment',
]);

function refuseUnknown(element: XmlElement, attributes: readonly string[], children: ReadonlySet<string>): void {
  for (const name of Object.keys(element.attributes)) {
    if (!attributes.includes(name)) throw new RuleFileFault(element.place, `a decoder has no attribute \`${name}\``);
  }
  for (const child of element.children) {
    if (!children.has(child.name)) {
      throw new RuleFileFault(child.place, `\`<${child.name}>\` in a decoder is not supported`);
    }
    if (child.children.length > 0) throw new RuleFileFault(child.place, `\`<${child.name}>\` holds text alone`);
  }
}

const childrenOf = (element: XmlElement, name: string) => element.children.filter((child) => child.name === name);
const textOf = (element: XmlElement, name: string) => childrenOf(element, name).at(-1)?.text.trim();

/** The texts of elements of one name are one pattern, joined, as in OSSEC. */
function readPattern(element: XmlElement, name: string, language: 'match' | 'regex'): Pattern | undefined {
  const plain = childrenOf(element, name);
  const perl = [...childrenOf(element, `${name}_pcre2`), ...(name === 'regex' ? childrenOf(element, 'pcre2') : [])];
  const first = plain[0] ?? perl[0];
  if (!first) return undefined;
  if (plain.length > 0 && perl.length > 0)
    throw new RuleFileFault(perl[0]!.place, `\`<${name}>\` stands there in two languages`);
  const source = [...plain, ...perl].map((child) => child.text).join('');
  const typed = first.attributes['type'];
  if (typed !== undefined && !['osregex', 'osmatch', 'pcre2'].includes(typed)) {
    throw new RuleFileFault(first.place, `patterns of type \`${typed}\` are not supported`);
  }
  return compileAt(first.place, `\`<${first.name}>\``, () => {
    // OSSEC's own elements ignore case; Wazuh's attribute does not.
    if (perl.length > 0) return compilePcre2(source);
    if (typed === 'pcre2') return compilePcre2(source, { ignoreCase: false });
    if (typed === 'osregex') return compileOsRegex(source);
    return language === 'match' || typed === 'osmatch' ? compileOsMatch(source) : compileOsRegex(source);
  });
}

function readOffset(element: XmlElement, name: string): Offset {
  let offset: Offset = 'none';
  const parts = element.children.filter((child) =>
    [name, `${name}_pcre2`, name === 'regex' ? 'pcre2' : name].includes(child.name),
  );
  for (const [index, child] of parts.entries()) {
    for (const attribute of Object.keys(child.attributes)) {
      if (attribute !== 'offset' && attribute !== 'type') {
        throw new RuleFileFault(child.place, `\`<${child.name}>\` has no attribute \`${attribute}\``);
      }
    }
    const value = child.attributes['offset'];
    if (value === undefined) continue;
    if (value !== 'after_parent' && value !== 'after_prematch' && value !== 'after_regex') {
      throw new RuleFileFault(child.place, `\`${value}\` is no offset: after_parent, after_prematch or after_regex`);
    }
    if (index > 0) throw new RuleFileFault(child.place, `only the first \`<${name}>\` may have an offset`);
    offset = value;
  }
  return offset;
}

/** A child does not take its parent's type: OSSEC gives `syslog` to whatever says nothing. */
function readCategory(element: XmlElement): Decoder['category'] {
  const type = textOf(element, 'type');
  if (type === undefined) return 'syslog';
  const category = categories.find((one) => one === type);
  if (!category)
    throw new RuleFileFault(element.place, `\`${type}\` is no type of a decoder: ${categories.join(', ')}`);
  return category;
}

/** Most fields that one decoder may take out (OSSEC's `decoder_order_size`). */
const orderMax = 256;

function readOrder(element: XmlElement, dialect: Dialect): OrderTarget[] {
  const child = childrenOf(element, 'order').at(-1);
  if (!child) return [];
  const parts = child.text.split(',').map((part) => part.trim());
  if (parts.length > orderMax) throw new RuleFileFault(child.place, `\`<order>\` names more than ${orderMax} fields`);
  return parts.map((part) => {
    const name = orderAliases[part] ?? part;
    const field = fieldNames.find((one) => one === name);
    if (field) return { field };
    if (dialect === 'ossec' && /^[^\s<>]{1,100}$/.test(part)) return { named: part };
    throw new RuleFileFault(child.place, `\`${part}\` is no field: ${fieldNames.join(', ')}`);
  });
}

const orderAliases: Readonly<Record<string, FieldName>> = { user: 'dstuser', extra_data: 'data' };

function readFirstSight(element: XmlElement): FirstSightPart[] {
  const child = childrenOf(element, 'fts').at(-1);
  return child ? [...new Set(child.text.split(',').flatMap((part) => firstSightPart(part, child)))] : [];
}

/** OSSEC looks for a known word in each part: `user` is found in `srcuser` and `dstuser` too, and means the user logged in to. */
function firstSightPart(part: string, element: XmlElement): FirstSightPart[] {
  const found = firstSightWords.find(([word]) => part.includes(word));
  if (!found) throw new RuleFileFault(element.place, `\`${part.trim()}\` cannot be used in \`<fts>\``);
  return [found[1]];
}

const firstSightWords: readonly (readonly [string, FirstSightPart])[] = [
  ['user', 'dstuser'],
  ['srcip', 'srcip'],
  ['dstip', 'dstip'],
  ['id', 'id'],
  ['location', 'location'],
  ['data', 'data'],
  ['system_name', 'system_name'],
  ['name', 'name'],
];

function readPlugin(element: XmlElement): Plugin | undefined {
  const child = childrenOf(element, 'plugin_decoder').at(-1);
  if (!child) return undefined;
  const plugin = plugins[child.text.trim()];
  if (!plugin) {
    throw new RuleFileFault(child.place, `\`${child.text.trim()}\` is no plugin: ${Object.keys(plugins).join(', ')}`);
  }
  return plugin;
}

function checkDecoder(decoder: Decoder): Decoder {
  const refuse = (problem: string): never => {
    throw new RuleFileFault(decoder.place, `decoder \`${decoder.ownName}\`: ${problem}`);
  };
  const { parent, prematch, program, regex, order, regexOffset, prematchOffset, plugin } = decoder;
  if (!prematch && !program && parent === undefined) refuse('needs `<prematch>`, `<program_name>` or `<parent>`');
  if (regex && order.length === 0) refuse('`<regex>` needs `<order>`');
  if (!regex && order.length > 0) refuse('`<order>` needs `<regex>`');
  if (!regex && decoder.firstSight.length > 0) refuse('`<fts>` needs `<regex>`');
  if (plugin && regex) refuse('`<plugin_decoder>` and `<regex>` exclude each other');
  if (prematchOffset !== 'none' && (prematchOffset !== 'after_parent' || parent === undefined)) {
    refuse('`<prematch>` may only look after_parent, in a child');
  }
  if (regexOffset === 'after_parent' && parent === undefined) refuse('after_parent needs `<parent>`');
  if (regexOffset === 'after_prematch' && parent !== undefined && !prematch)
    refuse('after_prematch needs `<prematch>`');
  if (regexOffset === 'after_regex' && parent === undefined) refuse('after_regex needs `<parent>`');
  return decoder;
}
