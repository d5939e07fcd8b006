import { type FirstSightPart, fieldText, type LogEvent } from '../event.ts';

/** Characters of what is remembered of an event: OSSEC's line is that long. */
const charsMax = 255;
/** Values that are remembered at most; the oldest go. OSSEC has no bound, and a flood would fill the memory. */
const seenMax = 100_000;
/** Of intrusion systems, so many of the last ones are compared … */
const recentMax = 32;
/** … and where more than two of them begin with the same characters, more than so many, the rest is taken for the same. */
const commonCharsMin = 14;

const parts: readonly FirstSightPart[] = [
  'id',
  'dstuser',
  'srcuser',
  'srcip',
  'dstip',
  'data',
  'system_name',
  'location',
];

/** Which values have been seen, for `<if_fts>`: the decoder's `<fts>` says what of an event counts. */
export class FirstSight {
  #seen = new Set<string>();
  #recent: string[] = [];
  #isChanged = false;

  /** Whether anything new was seen since this was last asked. */
  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  /** What was seen, oldest first. */
  get seen(): Iterable<string> {
    return this.#seen;
  }

  restore(seen: readonly string[]): void {
    for (const text of seen) this.#keep(text);
  }

  clear(): void {
    if (this.#seen.size > 0) this.#seen = new Set();
    if (this.#recent.length > 0) this.#recent = [];
  }

  /** Whether the event is new; it is not any more from now on. */
  isFirst(event: LogEvent): boolean {
    const text = describe(event, event.decodedBy?.firstSight ?? []);
    if (this.#seen.has(text)) return false;
    const kept = event.category === 'ids' ? this.#shorten(text) : text;
    if (this.#seen.has(kept)) return false;
    this.#keep(kept);
    this.#isChanged = true;
    return true;
  }

  #keep(text: string): void {
    this.#seen.add(text);
    if (this.#seen.size <= seenMax) return;
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest);
      return;
    }
  }

  #shorten(text: string): string {
    let alike = 0;
    for (let at = this.#recent.length - 1; at >= 0 && alike <= 2; at--)
      if (commonLength(this.#recent[at]!, text) > commonCharsMin) alike++;
    const kept = alike > 2 ? text.slice(0, commonCharsMin) : text;
    this.#recent.push(kept);
    if (this.#recent.length > recentMax) this.#recent.shift();
    return kept;
  }
}

/** The parts that count, each in its place, with a blank for what does not: `sshd  root   192.0.2.7   `. */
export function describe(event: LogEvent, counted: readonly FirstSightPart[]): string {
  let text = event.decoder ?? '';
  for (const part of parts) text += ` ${counted.includes(part) ? partOf(event, part) : ''}`;
  return text.slice(0, charsMax);
}

/** What a part of an event is, as text; empty where the event has none. */
export function partOf(event: LogEvent, part: FirstSightPart): string {
  if (part === 'location') return event.location;
  if (part === 'name') return event.decoder ?? '';
  return fieldText(event, part) ?? '';
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length++;
  return length;
}
