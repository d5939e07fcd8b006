import { readCondition } from './condition.ts';
import { type FindSigmaRule, readCorrelation } from './correlation.ts';
import { joined, readSearch } from './detection.ts';
import { SigmaFault, SigmaLeftOut } from './fault.ts';
import { namesOf, placeOf, readHead } from './head.ts';
import { readLogSource } from './log-source.ts';
import type { SigmaCorrelationRule, SigmaDetectionRule, SigmaExpression, SigmaRules, SigmaSource } from './model.ts';
import type { CheckSigmaRegex } from './modifiers.ts';
import { entryOf, readYaml, textOf, textsOf, type YamlMap, type YamlNode } from './yaml.ts';

export { SigmaFault, SigmaLeftOut } from './fault.ts';
export type { CheckSigmaRegex } from './modifiers.ts';

/** A rule that is not in force, where it stands, and why; the reason is a sentence's part in English. */
export type LeftOutSigmaRule = {
  readonly title: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
};

export type ReadSigma = SigmaRules & { readonly leftOut: readonly LeftOutSigmaRule[] };

/**
 * Reads a file of Sigma rules (SigmaHQ specification 2.1): rules, correlations and filters, one or more documents. A file in which something is
 * wrong is refused as a whole; rules that are right and that agents cannot carry out are left out by their name.
 * @throws SigmaFault with line and column
 */
export function readSigma(text: string, checkRegex: CheckSigmaRegex): ReadSigma {
  return readSigmaFiles([{ text, fault: (fault) => fault }], checkRegex);
}

export type SigmaFile = {
  readonly text: string /** Says of which file a fault is. */;
  readonly fault: (fault: SigmaFault) => Error;
  /** Hears of each of its rules that is left out. */
  readonly leftOut?: (title: string, fault: SigmaLeftOut) => unknown;
};

/** The same of several files, whose correlations and filters may name each other's rules. @throws what `fault` of the file makes */
export function readSigmaFiles(files: readonly SigmaFile[], checkRegex: CheckSigmaRegex): ReadSigma {
  const reading = new Reading(checkRegex);
  const documents = files.flatMap((file) =>
    within(file, () => readYaml(file.text).map((node) => ({ node: asMap(node), file }))),
  );
  // What counts or filters others is read behind all of them.
  const order = (map: YamlMap) => (entryOf(map, 'correlation') ? 2 : entryOf(map, 'filter') ? 1 : 0);
  for (const { node, file } of documents.sort((one, other) => order(one.node) - order(other.node)))
    within(file, () => reading.take(node, file));
  if (documents.length === 0 && files[0])
    throw files[0].fault(new SigmaFault({ line: 1, column: 1 }, 'the file holds no rule'));
  return reading.result();
}

function within<T>(file: SigmaFile, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message))
      throw file.fault(new SigmaFault({ line: 1, column: 1 }, 'it is nested too deeply'));
    throw error instanceof SigmaFault ? file.fault(error) : error;
  }
}

function asMap(node: YamlNode): YamlMap {
  if (node.kind !== 'map') throw new SigmaFault(node.place, 'a Sigma rule is a map');
  return node;
}

class Reading {
  readonly #checkRegex: CheckSigmaRegex;
  readonly #rules = new Map<string, SigmaDetectionRule>();
  readonly #correlations = new Map<string, SigmaCorrelationRule>();
  readonly #leftOut: LeftOutSigmaRule[] = [];
  /** Every id and name, with the rule's id or the title of one that is left out. */
  readonly #known = new Map<string, { readonly id: string } | { readonly leftOut: string }>();
  readonly #spoken = new Set<string>();

  constructor(checkRegex: CheckSigmaRegex) {
    this.#checkRegex = checkRegex;
  }

  take(map: YamlMap, file: SigmaFile): void {
    try {
      const action = entryOf(map, 'action');
      if (action)
        throw new SigmaLeftOut(action.keyPlace, 'collections (`action`) are of the first version: write each rule out');
      if (entryOf(map, 'correlation')) this.#takeCorrelation(map);
      else if (entryOf(map, 'filter')) this.#takeFilter(map);
      else this.#takeRule(map);
    } catch (error) {
      if (!(error instanceof SigmaLeftOut)) throw error;
      this.#leaveOut(map, error);
      file.leftOut?.(textOf(map, 'title') ?? '', error);
    }
  }

  #leaveOut(map: YamlMap, { place, problem }: SigmaLeftOut): void {
    const title = textOf(map, 'title') ?? '';
    this.#leftOut.push({ title, ...place, reason: problem });
    for (const name of [textOf(map, 'id')?.toLowerCase(), textOf(map, 'name')])
      if (name && !this.#known.has(name)) this.#known.set(name, { leftOut: title });
  }

  #takeRule(map: YamlMap): void {
    const head = readHead(map);
    const source = this.#sourceOf(map);
    const rule = { ...head, source, detection: this.#detectionOf(map, 'detection', source) };
    this.#name(map, rule);
    this.#rules.set(rule.id, rule);
  }

  #sourceOf(map: YamlMap): SigmaSource {
    const logSource = entryOf(map, 'logsource')?.value;
    if (!logSource) throw new SigmaFault(map.place, '`logsource` is missing');
    if (logSource.kind !== 'map') throw new SigmaFault(logSource.place, '`logsource` must be a map');
    return readLogSource(logSource, logSource.place);
  }

  #detectionOf(map: YamlMap, key: 'detection' | 'filter', source: SigmaSource): SigmaExpression {
    const body = entryOf(map, key)?.value;
    if (!body) throw new SigmaFault(map.place, `\`${key}\` is missing`);
    if (body.kind !== 'map') throw new SigmaFault(body.place, `\`${key}\` must be a map`);
    const conditions = textsOf(body, 'condition');
    if (conditions.length === 0) throw new SigmaFault(body.place, '`condition` is missing');
    if (entryOf(body, 'timeframe'))
      throw new SigmaLeftOut(
        entryOf(body, 'timeframe')!.keyPlace,
        '`timeframe` is of the first version: now a correlation counts',
      );
    const context = { source, checkRegex: this.#checkRegex };
    const searches = new Map(
      body.entries
        .filter((entry) => entry.key !== 'condition' && !(key === 'filter' && entry.key === 'rules'))
        .map((entry) => [entry.key, readSearch(entry.value, context)]),
    );
    if (searches.size === 0) throw new SigmaFault(body.place, `\`${key}\` has no search identifier`);
    return joined(
      'any',
      conditions.map(({ text, place }) => readCondition(text, searches, place)),
    );
  }

  /** A filter narrows the rules it names: they hold where its condition holds too. */
  #takeFilter(map: YamlMap): void {
    const body = entryOf(map, 'filter')!.value;
    if (body.kind !== 'map') throw new SigmaFault(body.place, '`filter` must be a map');
    const source = this.#sourceOf(map);
    const detection = this.#detectionOf(map, 'filter', source);
    const named = textsOf(body, 'rules');
    if (named.length === 0) throw new SigmaFault(body.place, '`rules` of the filter is missing');
    for (const { text, place } of named) {
      const found = text === 'any' ? undefined : this.#find(text);
      if (text !== 'any' && !found) throw new SigmaFault(place, `there is no rule \`${text}\` for the filter`);
      for (const rule of this.#rules.values()) {
        const isMeant = text === 'any' ? rule.source === source : found && 'id' in found && found.id === rule.id;
        if (isMeant) this.#rules.set(rule.id, { ...rule, detection: { all: [rule.detection, detection] } });
      }
    }
  }

  #takeCorrelation(map: YamlMap): void {
    const { rule, generates } = readCorrelation(map, this.#find);
    this.#name(map, rule);
    this.#correlations.set(rule.id, rule);
    if (generates) for (const id of rule.rules) this.#spoken.add(id);
  }

  readonly #find: FindSigmaRule = (name) => this.#known.get(name) ?? this.#known.get(name.toLowerCase());

  #name(map: YamlMap, rule: { readonly id: string }): void {
    for (const name of namesOf(map, rule)) {
      const before = this.#known.get(name);
      if (before && 'id' in before)
        throw new SigmaFault(placeOf(map, name === rule.id ? 'id' : 'name'), `\`${name}\` is another rule already`);
      this.#known.set(name, { id: rule.id });
    }
  }

  result(): ReadSigma {
    const correlations = [...this.#correlations.values()];
    const counted = new Set(correlations.flatMap(({ rules }) => rules));
    const isTold = ({ id }: { readonly id: string }) => !counted.has(id) || this.#spoken.has(id);
    return {
      rules: [...this.#rules.values()].map((rule) => ({ ...rule, told: isTold(rule) })),
      correlations: correlations.map((rule) => ({ ...rule, told: isTold(rule) })),
      leftOut: this.#leftOut,
    };
  }
}
