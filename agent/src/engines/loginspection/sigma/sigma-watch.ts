import type { SigmaDetectionRule, SigmaRules, SigmaSource } from '@sakimori/contract/sigma/model';
import type { LogEvent } from '../event.ts';
import { Subject } from '../patterns/index.ts';
import { GatedList, noGate } from '../scanner/gated-list.ts';
import { GateList } from '../scanner/gates.ts';
import { Scanner } from '../scanner/scanner.ts';
import { AuditEvents } from './audit-event.ts';
import { type AuditRecord, readAuditRecord } from './audit-record.ts';
import { SeenProcesses } from './audited-fields.ts';
import { compileSigma, type Holds } from './compile.ts';
import { Correlation } from './correlation.ts';
import { LineSources } from './line-sources.ts';
import { neededTexts } from './needed-texts.ts';
import { readCorrelationSnapshot, writeCorrelationSnapshot } from './snapshot.ts';
import { readSyslogFields } from './syslog-fields.ts';
import { FieldView, type SigmaView } from './view.ts';
import { readWebAccess } from './web-access.ts';

/** A Sigma rule that a line fulfils. */
export interface SigmaFinding {
  readonly rule: SigmaRules['rules'][number] | SigmaRules['correlations'][number];
  readonly event: LogEvent;
  /** Lines that go with it, oldest first: those that a correlation counted, or other records of one audited event. */
  readonly earlierLines: readonly string[];
  /** What the event is in Sigma's words, for those fields that tell most. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Sigma rules, compiled. Holds nothing of the lines, so that one may serve several watches. */
export interface SigmaSet {
  readonly bySource: ReadonlyMap<SigmaSource, GatedList<CompiledRule>>;
  /** Reads a line once and says which rules it can concern. */
  readonly scanner: Scanner;
  readonly correlations: SigmaRules['correlations'];
}

interface CompiledRule {
  readonly rule: SigmaDetectionRule;
  readonly holds: Holds;
}

/** Sources whose fields are cut out of the line as they are; those of audit are decoded. */
const audited: readonly SigmaSource[] = ['auditd', 'process_creation', 'file_event', 'network_connection'];

/** @throws PatternFault for a regular expression that is refused */
export function compileSigmaRules({ rules, correlations }: SigmaRules): SigmaSet {
  const gates = new GateList();
  const gateOf = ({ source, detection }: SigmaDetectionRule): number => {
    const texts = audited.includes(source) ? undefined : neededTexts(detection);
    // The scanner looks for ASCII alone.
    const isSearched = texts?.every((text) => /^[ -~]+$/.test(text));
    return (isSearched ? gates.add({ anyOf: texts!, exact: false })?.number : undefined) ?? noGate;
  };
  const bySource = new Map(
    [...Map.groupBy(rules, ({ source }) => source)].map(([source, some]) => {
      const compiled = some.map((rule): CompiledRule => ({ rule, holds: compileSigma(rule.detection) }));
      return [
        source,
        new GatedList(
          compiled,
          some.map((rule) => ({ gate: gateOf(rule) })),
        ),
      ] as const;
    }),
  );
  return { bySource, scanner: new Scanner(gates), correlations };
}

const factNames = ['Image', 'CommandLine', 'ParentImage', 'TargetFilename', 'DestinationIp', 'DestinationPort'];

/** Tries Sigma rules on decoded events, beside the rules of OSSEC's language: neither keeps the other from a line. */
export class SigmaWatch {
  readonly #set: SigmaSet;
  readonly #correlations: readonly Correlation[];
  readonly #sources = new LineSources();
  readonly #auditEvents = new AuditEvents();
  readonly #processes = new SeenProcesses();
  readonly #wantsRecords: boolean;
  readonly #wantsEvents: boolean;
  #isChanged = false;

  constructor(set: SigmaSet) {
    this.#set = set;
    this.#correlations = set.correlations.map((rule) => new Correlation(rule));
    this.#wantsEvents = audited.slice(1).some((source) => set.bySource.has(source));
    this.#wantsRecords = this.#wantsEvents || set.bySource.has('auditd');
  }

  examine(event: LogEvent): SigmaFinding[] {
    const findings: SigmaFinding[] = [];
    const line = event.line === event.message.text ? event.message : new Subject(event.line);
    const record = this.#wantsRecords ? readAuditRecord(event.message.text, event.program?.text) : undefined;
    if (record) this.#examineRecord(record, line, event, findings);
    if (this.#set.bySource.has('webserver')) this.#examineAccess(line, event, findings);
    const view = new FieldView(line, () => readSyslogFields(event));
    for (const source of this.#sources.of(event)) this.#try(source, view, event, [], findings);
    return findings;
  }

  #examineRecord(record: AuditRecord, line: Subject, event: LogEvent, findings: SigmaFinding[]): void {
    const read = () => new Map([...record.fields].map(([name, value]) => [name, [value]] as const));
    this.#try('auditd', new FieldView(line, read), event, [], findings);
    if (!this.#wantsEvents) return;
    for (const complete of this.#auditEvents.take(record, event)) {
      const lines = complete.lines.map((one) => one.line);
      const last = complete.lines.at(-1)!;
      for (const [source, fields] of this.#processes.read(complete))
        this.#try(
          source,
          new FieldView(new Subject(lines.join('\n')), () => fields),
          last,
          lines.slice(0, -1),
          findings,
        );
    }
  }

  #examineAccess(line: Subject, event: LogEvent, findings: SigmaFinding[]): void {
    if (this.#candidates('webserver', line) === 0) return;
    const fields = readWebAccess(event.message.text);
    if (fields) this.#try('webserver', new FieldView(line, () => fields), event, [], findings);
  }

  #try(
    source: SigmaSource,
    view: SigmaView,
    event: LogEvent,
    lines: readonly string[],
    findings: SigmaFinding[],
  ): void {
    const list = this.#set.bySource.get(source);
    const count = this.#candidates(source, view.line);
    for (let index = 0; list && index < count; index++) {
      const { rule, holds } = list.candidate(index);
      if (!holds(view)) continue;
      if (rule.told) findings.push({ rule, event, earlierLines: lines, facts: factsOf(view) });
      this.#correlate(rule.id, view, event, findings);
    }
  }

  /** How many rules of the source the line can concern; they are the candidates of its list. */
  #candidates(source: SigmaSource, line: Subject): number {
    const { bySource, scanner } = this.#set;
    const list = bySource.get(source);
    if (!list) return 0;
    scanner.scan(line);
    return scanner.isBlind ? list.collectAll() : list.collect(scanner);
  }

  #correlate(ruleId: string, view: SigmaView, event: LogEvent, findings: SigmaFinding[]): void {
    for (const correlation of this.#correlations) {
      if (!correlation.counts(ruleId)) continue;
      const before = correlation.take(ruleId, view, event.timeMs);
      this.#isChanged = true;
      if (!before) continue;
      const { rule } = correlation;
      const earlierLines = before.map(({ line }) => line);
      if (rule.told) findings.push({ rule, event, earlierLines, facts: factsOf(view) });
      // A correlation can itself count for another.
      if (rule.id !== ruleId) this.#correlate(rule.id, view, event, findings);
    }
  }

  /** What the correlations remember, as text, when it has changed since it was last taken. */
  takeSnapshot(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    return writeCorrelationSnapshot(this.#correlations);
  }

  /** Remembers what an earlier run, or other rules, remembered; as far as these rules want it. */
  restore(snapshot: string | undefined): void {
    for (const { id, key, match } of readCorrelationSnapshot(snapshot))
      this.#correlations.find(({ rule }) => rule.id === id)?.restore(key, match);
  }
}

function factsOf(view: SigmaView): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const name of factNames) {
    const value = view.values(name)[0];
    if (value) facts[name] = value.text;
  }
  return facts;
}
