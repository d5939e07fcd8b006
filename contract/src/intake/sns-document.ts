// What wraps the events: a notification whose message is a text of JSON, Lambda's records, a queue's bodies, or nothing (raw delivery).
import type { NeutralEvent } from './event.ts';
import { eventOfJson, type JsonObject } from './sns-event.ts';

export type DocumentFindings = {
  readonly events: NeutralEvent[];
  /** The objects that the events were read from, in the same order. */
  readonly objects: JsonObject[];
  /** Lines of syslog that were wrapped in JSON. */
  readonly lines: string[];
  /** A word of the service itself: a subscription to be confirmed, a test. */
  isControl: boolean;
  /** Parts of it that could not be read as JSON. */
  unreadable: number;
};

const depthMax = 8;
/** A key of each event of the product; what has one is an event, and is not looked into. */
const signs = ['EventType', 'EventID', 'LogDate', 'HostID', 'TenantID'];

/** Reads a document in whichever wrapping. Never throws. */
export function readDocument(text: string): DocumentFindings {
  const found: DocumentFindings = { events: [], objects: [], lines: [], isControl: false, unreadable: 0 };
  unwrapText(text, found, depthMax, false);
  return found;
}

function unwrapText(text: string, found: DocumentFindings, depth: number, isInside: boolean): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (/(?:CEF|LEEF): ?\d/.test(text.slice(0, 2048))) found.lines.push(text);
    else if (isInside) found.isControl = true;
    else found.unreadable += 1;
    return;
  }
  unwrap(value, found, depth, isInside);
}

function unwrap(value: unknown, found: DocumentFindings, depth: number, isEvent: boolean): void {
  if (depth === 0) {
    found.unreadable += 1;
    return;
  }
  if (typeof value === 'string') unwrapText(value, found, depth - 1, true);
  else if (Array.isArray(value)) for (const item of value) unwrap(item, found, depth - 1, true);
  else if (typeof value !== 'object' || value === null) found.unreadable += 1;
  else unwrapObject(value as JsonObject, found, depth, isEvent);
}

function unwrapObject(value: JsonObject, found: DocumentFindings, depth: number, isEvent: boolean): void {
  if (signs.some((sign) => Object.hasOwn(value, sign))) {
    if (value['EventType'] === 'TestSNS') found.isControl = true;
    else add(found, value);
    return;
  }
  const type = value['Type'];
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation') {
    found.isControl = true;
    return;
  }
  const list = ['Records', 'Messages', 'events'].find((key) => Array.isArray(value[key]));
  const wrapped = list ?? wrappings.find((key) => typeof value[key] === 'string' || isNest(value[key]));
  if (wrapped) unwrap(value[wrapped], found, depth - 1, !list && (wrapped === 'Message' || isEvent));
  else if (isEvent) add(found, value);
  else found.unreadable += 1;
}

function add(found: DocumentFindings, value: JsonObject): void {
  found.events.push(eventOfJson(value));
  found.objects.push(value);
}

const wrappings = ['Sns', 'Message', 'body', 'Body', 'detail', 'message', 'raw'];
const isNest = (value: unknown): boolean => typeof value === 'object' && value !== null;
