import { bytesOf } from '@sakimori/contract/log-patterns/bytes';
import { foldAscii } from './fold.ts';
import type { Pattern } from './pattern.ts';
import { charsOf, type Subject } from './subject.ts';

/** Whether OSSEC takes the pattern for plain text with or without anchors, in `OS_Regex` and PCRE2 alike. */
export const isPlainText = (source: string): boolean => /^\^?[A-Za-z0-9 !"#%&',/:;<=>@_`~-]*\$?$/.test(source);

/**
 * Plain text with `^`, `$` or both around it, which OSSEC compares as bytes, without case in ASCII alone. Here `$` is the very end. It has no
 * captures. Undefined for text without an anchor.
 */
export function anchoredText(source: string, ignoreCase = true): Pattern | undefined {
  const atBegin = source.startsWith('^');
  const atEnd = source.endsWith('$') && source.length > (atBegin ? 1 : 0);
  if (!atBegin && !atEnd) return undefined;
  const bytes = bytesOf(source.slice(atBegin ? 1 : 0, atEnd ? -1 : undefined));
  const text = ignoreCase ? foldAscii(bytes) : bytes;
  const chars = charsOf(bytes, bytes.length);
  const whole = (subject: Subject) => (ignoreCase ? subject.folded : subject.bytes);
  const test = atBegin && atEnd ? isWhole : atBegin ? isFirst : isLast;
  return {
    test: (subject, from = 0) => test(whole(subject), text, bytesBefore(subject, from)),
    end(subject, from = 0) {
      if (!this.test(subject, from)) return -1;
      return atEnd ? subject.text.length : from + chars;
    },
    capture(subject, from, captures) {
      captures.count = 0;
      return this.end(subject, from);
    },
    match(subject, from) {
      const end = this.end(subject, from);
      return end < 0 ? undefined : { end, captures: [] };
    },
    needs: text.length > 0 && /^[\0-\x7f]*$/.test(text) ? { anyOf: [foldAscii(text)], exact: false } : undefined,
  };
}

const isWhole = (subject: string, text: string, from: number) =>
  subject.length - from === text.length && subject.startsWith(text, from);
const isFirst = (subject: string, text: string, from: number) => subject.startsWith(text, from);
const isLast = (subject: string, text: string, from: number) =>
  subject.length - from >= text.length && subject.endsWith(text);

export const bytesBefore = (subject: Subject, from: number): number =>
  from === 0 || subject.isAscii ? from : bytesOf(subject.text.slice(0, from)).length;
