import { type LogEvent, slot } from '../event.ts';
import type { Captures, Subject } from '../patterns/index.ts';
import type { Decoder, DecoderSet } from './decoder.ts';

/**
 * Finds the decoder of an event and takes out its fields, in the way of OSSEC 4.x: the first root whose program and prematch fit is taken for
 * good; among its children the first whose prematch fits, or that has none; then that child's plugin or regexes. Where no regex fits, the event
 * keeps the decoder and has no fields.
 */
export function decodeEvent(set: DecoderSet, event: LogEvent): void {
  const program = event.texts[slot.program];
  const message = event.message;
  const roots = program ? set.withProgram : set.withoutProgram;
  for (let index = 0; index < roots.length; index++) {
    const root = roots[index]!;
    if (program && root.program && !root.program.test(program)) continue;
    let end = 0;
    if (root.prematch) {
      end = root.prematch.end(message);
      if (end < 0) continue;
    }
    finishRoot(event, message, root, end);
    return;
  }
}

/** What follows once the root is found, whose prematch ends there. */
export function finishRoot(event: LogEvent, message: Subject, root: Decoder, end: number): void {
  take(event, root);
  if (root.children.length === 0) readFields(event, message, [root], 0, end, end);
  else decodeChild(event, message, root.children, end);
}

function decodeChild(event: LogEvent, message: Subject, children: readonly Decoder[], parentEnd: number): void {
  for (let index = 0; index < children.length; index++) {
    const child = children[index]!;
    if (!child.prematch) {
      readFields(event, message, children, index, parentEnd, parentEnd);
      return;
    }
    const end = child.prematch.end(message, child.prematchOffset === 'after_parent' ? parentEnd : 0);
    if (end >= 0) {
      take(event, child);
      readFields(event, message, children, index, parentEnd, end);
      return;
    }
    // The further regexes of a decoder whose prematch failed are passed over with it.
    if (child.continues) while (++index < children.length && children[index]!.continues);
  }
}

/** Runs the plugin, or the regexes from `index` on: each that is not the last of its decoder goes on to the sibling behind it. */
function readFields(
  event: LogEvent,
  message: Subject,
  decoders: readonly Decoder[],
  index: number,
  parentEnd: number,
  prematchEnd: number,
): void {
  const first = decoders[index]!;
  if (first.plugin) {
    event.fieldsAreOfMessage = false;
    first.plugin(event);
    return;
  }
  let regexEnd: number | undefined;
  for (let at = index; at < decoders.length; at++) {
    const decoder = decoders[at]!;
    if (!decoder.regex) return;
    const start = regexStart(decoder, parentEnd, prematchEnd, regexEnd);
    const end = decoder.regex.capture(message, start, captured);
    regexEnd = end < 0 ? undefined : end;
    if (end >= 0) {
      take(event, decoder);
      fill(event, decoder);
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

/** What the last regex captured. */
const captured: Captures = { texts: [], count: 0 };

function fill(event: LogEvent, { order }: Decoder): void {
  for (let index = 0; index < captured.count && index < order.length; index++) {
    const target = order[index]!;
    if ('field' in target) event.setField(target.field, captured.texts[index]!);
    else event.setNamed(target.named, captured.texts[index]!);
  }
}

function take(event: LogEvent, decoder: Decoder): void {
  event.decodedBy = decoder;
  event.category = decoder.category;
}
