import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { SigmaFault, type SigmaPlace } from './fault.ts';

/** What a YAML document holds, with the place of everything. */
export type YamlNode = YamlMap | YamlList | YamlScalar;
export type YamlMap = {
  readonly kind: 'map';
  readonly place: SigmaPlace;
  readonly entries: readonly YamlEntry[];
};
export type YamlEntry = { readonly key: string; readonly keyPlace: SigmaPlace; readonly value: YamlNode };
export type YamlList = { readonly kind: 'list'; readonly place: SigmaPlace; readonly items: readonly YamlNode[] };
export type YamlScalar = {
  readonly kind: 'scalar';
  readonly place: SigmaPlace;
  readonly value: string | number | boolean | null;
  /** As it is written: `0x1F` stays that, also where it is a number. */
  readonly text: string;
};

export const yamlCharsMax = 1_000_000;
const linesMax = 50_000;
const depthMax = 20;
const nodesMax = 100_000;
const documentsMax = 1000;

/**
 * Reads the YAML of Sigma rules, each document by itself. Anchors, aliases and tags of their own are refused: no rule needs them, and they are what
 * a file of a few lines grows to gigabytes by.
 * @throws SigmaFault with line and column
 */
export function readYaml(text: string): YamlNode[] {
  if (text.length > yamlCharsMax)
    throw new SigmaFault({ line: 1, column: 1 }, `the file is longer than ${yamlCharsMax} characters`);
  refuseDepth(text);
  const lines = new LineCounter();
  const placeAt = (offset: number): SigmaPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    merge: false,
    // Done below: the library's own way takes a minute for a map of 50,000 keys.
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents) || documents.length === 0)
    throw new SigmaFault({ line: 1, column: 1 }, 'the file holds no rule');
  if (documents.length > documentsMax)
    throw new SigmaFault({ line: 1, column: 1 }, `the file holds more than ${documentsMax} documents`);
  const reading: Reading = { placeAt, nodes: 0 };
  return documents.flatMap((document) => {
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault) throw new SigmaFault(placeAt(fault.pos[0]), sentenceOf(fault.message));
    // What stands behind the last `---` may be nothing but a comment.
    const { contents } = document;
    return contents === null || (isScalar(contents) && contents.value === null) ? [] : [toNode(contents, reading, 0)];
  });
}

const sentenceOf = (message: string): string =>
  /call stack/i.test(message) ? 'it is nested too deeply' : `not well-formed: ${message.replace(/\.$/, '')}`;

type Reading = { readonly placeAt: (offset: number) => SigmaPlace; nodes: number };

/** The parser calls itself for each bracket and each step of indentation: what is nested without end is refused before it gets there. */
function refuseDepth(text: string): void {
  let line = 0;
  for (const row of text.split('\n')) {
    if (++line > linesMax) throw new SigmaFault({ line, column: 1 }, `the file has more than ${linesMax} lines`);
    const control = row.search(/[\p{Cc}--[\t\r]]/v);
    if (control >= 0) throw new SigmaFault({ line, column: control + 1 }, 'there is a control character');
    const opened = /^[\s?:-]*/.exec(row)?.[0] ?? '';
    const dashes = opened.replaceAll(/[^?:-]/g, '').length;
    const brackets = row.replaceAll(/[^[{]/g, '').length;
    if (opened.length > 400 || (dashes > 30 && !/^-+\s*$/.test(row)) || brackets > 2000)
      throw new SigmaFault({ line, column: 1 }, 'it is nested too deeply');
  }
  if (text.replaceAll(/[^[{]/g, '').length > 20_000)
    throw new SigmaFault({ line: 1, column: 1 }, 'it has too many brackets');
}

function toNode(node: Node, reading: Reading, depth: number): YamlNode {
  const place = reading.placeAt(node.range?.[0] ?? 0);
  if (++reading.nodes > nodesMax) throw new SigmaFault(place, `the file holds more than ${nodesMax} values`);
  if (depth > depthMax) throw new SigmaFault(place, 'it is nested too deeply');
  if (isAlias(node) || node.anchor !== undefined) throw new SigmaFault(place, 'anchors and aliases are not taken');
  if (node.tag !== undefined) throw new SigmaFault(place, 'tags of YAML (`!…`) are not taken');
  if (isMap(node))
    return {
      kind: 'map',
      place,
      entries: eachOnce(node.items.map(({ key, value }) => toEntry(key, value, place, reading, depth))),
    };
  if (isSeq(node))
    return { kind: 'list', place, items: node.items.map((item) => toNode(item as Node, reading, depth + 1)) };
  if (!isScalar(node)) throw new SigmaFault(place, 'this is neither a value nor a list nor a map');
  const { value } = node;
  if (typeof value === 'bigint') return { kind: 'scalar', place, value: String(value), text: String(value) };
  if (value !== null && typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw new SigmaFault(place, 'this is no text, number, boolean or null');
  const isText = typeof value === 'string';
  return { kind: 'scalar', place, value, text: isText ? value : (node.source ?? String(value)) };
}

function eachOnce(entries: readonly YamlEntry[]): readonly YamlEntry[] {
  const keys = new Set<string>();
  for (const { key, keyPlace } of entries) {
    if (keys.has(key)) throw new SigmaFault(keyPlace, `the key \`${key.slice(0, 60)}\` stands there twice`);
    keys.add(key);
  }
  return entries;
}

function toEntry(key: unknown, value: unknown, mapPlace: SigmaPlace, reading: Reading, depth: number): YamlEntry {
  if (!isScalar(key)) throw new SigmaFault(mapPlace, 'a key must be a text');
  const name = toNode(key, reading, depth + 1) as YamlScalar;
  // `key` without anything behind it is null, as with a colon.
  const nothing: YamlScalar = { kind: 'scalar', place: name.place, value: null, text: '' };
  const read = value === null || value === undefined ? nothing : toNode(value as Node, reading, depth + 1);
  return { key: name.text, keyPlace: name.place, value: read };
}

/** The value of a key. */
export const entryOf = (map: YamlMap, key: string): YamlEntry | undefined =>
  map.entries.find((entry) => entry.key === key);

/** @throws SigmaFault where the key holds no text */
export function textOf(map: YamlMap, key: string): string | undefined {
  const entry = entryOf(map, key);
  if (!entry || (entry.value.kind === 'scalar' && entry.value.value === null)) return undefined;
  if (entry.value.kind !== 'scalar') throw new SigmaFault(entry.value.place, `\`${key}\` must be a text`);
  return entry.value.text.trim();
}

/** One text or a list of them. @throws SigmaFault */
export function textsOf(map: YamlMap, key: string): { readonly text: string; readonly place: SigmaPlace }[] {
  const value = entryOf(map, key)?.value;
  if (!value || (value.kind === 'scalar' && value.value === null)) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.map((item) => {
    if (item.kind !== 'scalar' || item.value === null)
      throw new SigmaFault(item.place, `\`${key}\` must be a list of texts`);
    return { text: item.text.trim(), place: item.place };
  });
}
