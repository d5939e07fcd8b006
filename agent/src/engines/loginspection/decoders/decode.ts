import type { LogEvent } from '../event.ts';
import { Subject } from '../patterns/index.ts';
import type { Decoder, DecoderSet } from './decoder.ts';

/**
 * Finds the decoder of an event and takes out its fields, in the way of OSSEC 4.x: the first root whose program and prematch fit is taken for
 * good; among its children the first whose prematch fits, or that has none; then that child's regexes. Where the regex fails, the event keeps
 * the decoder and has no fields.
 */
export function decodeEvent(set: DecoderSet, event: LogEvent): void {
  for (const root of event.program ? set.withProgram : set.withoutProgram) {
    if (event.program && root.program && !root.program.test(event.program)) continue;
    const rootEnd = root.prematch ? root.prematch.match(event.message)?.end : 0;
    if (rootEnd === undefined) continue;
    take(event, root);
    if (root.children.length === 0) readFields(event, [root], rootEnd, rootEnd);
    else decodeChild(event, root.children, rootEnd);
    return;
  }
}

function decodeChild(event: LogEvent, children: readonly Decoder[], parentEnd: number): void {
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!;
    const from = child.prematchOffset === 'after_parent' ? parentEnd : 0;
    const prematchEnd = child.prematch ? child.prematch.match(event.message, from)?.end : parentEnd;
    if (prematchEnd !== undefined) {
      if (child.prematch) take(event, child);
      readFields(event, children.slice(index), parentEnd, prematchEnd);
      return;
    }
    // The further regexes of a decoder whose prematch failed are not decoders of their own.
    while (children[index]?.continues) index++;
  }
}

/** Runs the regexes of one decoder: the first, and those of the same name behind it while each says that it goes on. */
function readFields(event: LogEvent, chain: readonly Decoder[], parentEnd: number, prematchEnd: number): void {
  let regexEnd: number | undefined;
  for (const decoder of chain) {
    if (!decoder.regex) return;
    const found = decoder.regex.match(event.message, regexStart(decoder, parentEnd, prematchEnd, regexEnd));
    regexEnd = found?.end;
    if (found) {
      take(event, decoder);
      for (const [index, name] of decoder.order.entries()) {
        const value = found.captures[index];
        if (value !== undefined) event.fields.set(name, new Subject(value));
      }
    }
    if (!decoder.continues) return;
  }
}

function regexStart(decoder: Decoder, parentEnd: number, prematchEnd: number, regexEnd: number | undefined): number {
  switch (decoder.regexOffset) {
    case 'none':
      return 0;
    case 'after_parent':
      return parentEnd;
    case 'after_prematch':
      return prematchEnd;
    case 'after_regex':
      return regexEnd ?? prematchEnd;
  }
}

function take(event: LogEvent, decoder: Decoder): void {
  event.decoder = decoder.name;
  event.category = decoder.category;
}
