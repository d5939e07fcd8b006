import { isIP } from 'node:net';
import { severityOfLevel } from '@sakimori/contract/severity';
import { toInstant } from '../../clock.ts';
import type { DetectionDraft } from '../engine.ts';
import { type FieldName, fieldText, type LogEvent } from './event.ts';

/** Lines of a composite that go with it, and their length together: a detection must stay small enough to send. */
const linesMax = 50;
const lineCharsMax = 8192;
const linesCharsMax = 65_536;

/** What a detection says of its rule; the id is a number in OSSEC's language and a UUID in Sigma. */
export interface ToldRule {
  readonly id: number | string;
  readonly level: number;
  readonly description: string;
  /** Comma-separated. */
  readonly groups: string;
  readonly attack: readonly string[];
}

/** A match that is to be told. */
export interface Told {
  readonly event: LogEvent;
  readonly rule: ToldRule;
  /** What goes with it, oldest first. */
  readonly earlier: readonly { readonly line: string }[];
}

/**
 * The rule match as a detection. Only decoded fields say who it was; the lines are what the log held.
 * @param namesJa Japanese names of rules, by rule id
 */
export function draftOf(
  { event, rule, earlier }: Told,
  namesJa: Readonly<Record<string, string>> = {},
): DetectionDraft {
  const name = cut(rule.description || `Rule ${rule.id}`, 300);
  const nameJa = namesJa[String(rule.id)];
  const source = endpoint(event, 'srcip', 'srcport');
  const destination = endpoint(event, 'dstip', 'dstport');
  const user = fieldText(event, 'dstuser') || fieldText(event, 'srcuser') || undefined;
  const subject = source?.address ?? user;
  return {
    kind: 'log.matched',
    occurredAt: toInstant(event.timeMs),
    rule: { id: String(rule.id), name, ...(nameJa ? { nameJa } : {}) },
    severity: severityOfLevel(rule.level),
    title: name,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    ...(subject ? { subject: cut(subject, 500) } : {}),
    ...(source ? { source } : {}),
    ...(destination ? { destination } : {}),
    ...(user ? { user: { name: cut(user, 256) } } : {}),
    log: logOf(event, rule, earlier),
    facts: factsOf(event, rule),
    ...(rule.attack.length > 0 ? { attack: [...rule.attack] } : {}),
    raw: cut(event.line, 16_384),
  };
}

/** Does not leave half a character at the end: the database would refuse it. */
const cut = (text: string, length: number) => (text.length > length ? text.slice(0, length).toWellFormed() : text);

function endpoint(event: LogEvent, addressName: FieldName, portName: FieldName) {
  const address = fieldText(event, addressName);
  if (!address) return undefined;
  const port = fieldText(event, portName) ?? '';
  return {
    // Some logs name the host instead of its address.
    address: cut(address, 64),
    ...(isIP(address) === 0 ? { name: cut(address, 255) } : {}),
    ...(/^\d{1,5}$/.test(port) && Number(port) <= 65_535 ? { port: Number(port) } : {}),
  };
}

function logOf(event: LogEvent, rule: ToldRule, earlier: Told['earlier']): NonNullable<DetectionDraft['log']> {
  return {
    source: event.location,
    ...(event.program ? { program: cut(event.program.text, 128) } : {}),
    ...(event.decoder ? { decoder: cut(event.decoder, 128) } : {}),
    level: rule.level,
    lines: newestThatFit([...earlier.map((one) => one.line), event.line]),
  };
}

function newestThatFit(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let chars = 0;
  for (const line of lines.slice(-linesMax).reverse()) {
    const text = cut(line, lineCharsMax);
    chars += text.length;
    if (chars > linesCharsMax) break;
    kept.unshift(text);
  }
  return kept;
}

/** What else was decoded. */
const factNames: readonly FieldName[] = [
  'srcuser',
  'action',
  'id',
  'status',
  'url',
  'protocol',
  'data',
  'system_name',
  'filename',
];

function factsOf(event: LogEvent, rule: ToldRule): Record<string, string> {
  const facts: Record<string, string> = { groups: cut(rule.groups, 1000) };
  for (const name of factNames) {
    const value = fieldText(event, name);
    if (value) facts[name] = cut(value, 1000);
  }
  if (event.hostname) facts['hostname'] = cut(event.hostname.text, 1000);
  return facts;
}
