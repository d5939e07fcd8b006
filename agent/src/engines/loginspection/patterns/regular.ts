import { textOf } from '@sakimori/contract/log-patterns/bytes';
import { beginningsOf } from '@sakimori/contract/log-patterns/cost';
import type { Parsed } from '@sakimori/contract/log-patterns/read';
import type { Syntax } from '@sakimori/contract/log-patterns/syntax';
import { EngineChoice } from './engine-choice.ts';
import { needsOf } from './needs.ts';
import type { Captures, Match, Needs, Pattern } from './pattern.ts';
import { bytesBefore } from './plain-text.ts';
import { assemble, type Program } from './program.ts';
import { runProgram } from './run.ts';
import type { Subject } from './subject.ts';
import { isCaseless, toRegExp } from './to-regexp.ts';

/** A pattern that sees the bytes of a text, as PCRE2 without UTF. @throws PatternFault where it is too large */
export const bytesPattern = (parsed: Parsed): Pattern => new RegularPattern(parsed, false);

/** A pattern that sees characters, as PCRE2 with UTF and without case. @throws PatternFault where it is too large */
export const textPattern = (parsed: Parsed): Pattern => new RegularPattern(parsed, true);

/** Runs a parsed pattern by one of two engines. What is needed for either is made when it is first needed. */
class RegularPattern implements Pattern {
  readonly #syntax: Syntax;
  readonly #groups: number;
  readonly #characters: boolean;
  readonly #choice: EngineChoice;
  readonly #caseless: boolean;
  readonly needs: Needs | undefined;
  #tester: RegExp | undefined;
  #ender: RegExp | undefined;
  #finder: RegExp | undefined;
  #unicodeFinder: RegExp | undefined;
  #program: Program | undefined;

  constructor({ syntax, groups }: Parsed, characters: boolean) {
    this.#syntax = syntax;
    this.#groups = groups;
    this.#characters = characters;
    this.#choice = new EngineChoice(syntax);
    this.#caseless = isCaseless(syntax);
    this.needs = needsOf(syntax);
  }

  get beginnings(): Uint8Array | undefined {
    return beginningsOf(this.#syntax);
  }

  test(subject: Subject, from = 0): boolean {
    if (!subject.isAscii && this.#characters) return this.match(subject, from) !== undefined;
    const { length } = subject.text;
    if (this.#choice.isQuick(length)) return this.#test(subject, from);
    if (this.#choice.isWatched(length)) return this.#choice.watch(() => this.#test(subject, from));
    return this.#runProgram(subject.bytes, bytesBefore(subject, from)) !== undefined;
  }

  end(subject: Subject, from = 0): number {
    if (!subject.isAscii) return this.match(subject, from)?.end ?? -1;
    const { length } = subject.text;
    if (this.#choice.isQuick(length)) return this.#end(subject, from);
    if (this.#choice.isWatched(length)) return this.#choice.watch(() => this.#end(subject, from));
    return this.#runProgram(subject.text, from)?.[1] ?? -1;
  }

  match(subject: Subject, from = 0): Match | undefined {
    if (subject.isAscii) return this.#match(subject.text, subject.text, from, false);
    if (this.#characters) return this.#match(subject.text, subject.foldedUnicode, from, true);
    const { bytes } = subject;
    const before = bytesBefore(subject, from);
    const found = this.#match(bytes, bytes, before, false);
    if (!found) return undefined;
    return { end: from + textOf(bytes.slice(before, found.end)).length, captures: found.captures.map(textOf) };
  }

  capture(subject: Subject, from: number, captures: Captures): number {
    if (subject.isAscii && this.#choice.isQuick(subject.text.length)) {
      return captureBy(this.#finderFor(false), subject.text, from, captures);
    }
    const found = this.match(subject, from);
    captures.count = found?.captures.length ?? 0;
    for (let index = 0; index < captures.count; index++) captures.texts[index] = found!.captures[index]!;
    return found?.end ?? -1;
  }

  #test(subject: Subject, from: number): boolean {
    this.#tester ??= toRegExp(this.#syntax, this.#caseless ? 'fold' : 'spell', false);
    const text = this.#caseless ? subject.folded : subject.bytes;
    return this.#tester.test(from === 0 ? text : text.slice(bytesBefore(subject, from)));
  }

  #end(subject: Subject, from: number): number {
    // By the flag, for a text that is looked at once is not worth a copy without capitals.
    this.#ender ??= toRegExp(this.#syntax, this.#caseless ? 'flag' : 'spell', false, 'g');
    const { text } = subject;
    this.#ender.lastIndex = 0;
    return this.#ender.test(from === 0 ? text : text.slice(from)) ? from + this.#ender.lastIndex : -1;
  }

  /** @param folded what our own engine searches in place of the text: without case where it sees characters */
  #match(text: string, folded: string, from: number, unicode: boolean): Match | undefined {
    if (this.#choice.isQuick(text.length)) return matchOf(this.#finderFor(unicode), text, from);
    if (this.#choice.isWatched(text.length))
      return this.#choice.watch(() => matchOf(this.#finderFor(unicode), text, from));
    const saved = this.#runProgram(folded, from);
    return saved && { end: saved[1] as number, captures: capturesOf(saved, this.#groups, text) };
  }

  #finderFor(unicode: boolean): RegExp {
    if (unicode) {
      this.#unicodeFinder ??= toRegExp(this.#syntax, 'unicode', true);
      return this.#unicodeFinder;
    }
    this.#finder ??= toRegExp(this.#syntax, this.#caseless ? 'flag' : 'spell', true);
    return this.#finder;
  }

  #runProgram(text: string, from: number): Int32Array | undefined {
    this.#program ??= assemble(this.#syntax, this.#groups);
    return runProgram(this.#program, text, Math.min(from, text.length));
  }
}

function captureBy(expression: RegExp, text: string, from: number, captures: Captures): number {
  captures.count = 0;
  const found = expression.exec(from === 0 ? text : text.slice(from));
  if (!found) return -1;
  for (let index = 1; index < found.length; index++) {
    if (found[index] !== undefined) captures.texts[captures.count++] = found[index] as string;
  }
  return from + found.index + found[0].length;
}

function matchOf(expression: RegExp, text: string, from: number): Match | undefined {
  const found = expression.exec(from === 0 ? text : text.slice(from));
  if (!found) return undefined;
  const captures: string[] = [];
  for (let index = 1; index < found.length; index++)
    if (found[index] !== undefined) captures.push(found[index] as string);
  return { end: from + found.index + found[0].length, captures };
}

function capturesOf(saved: Int32Array, groups: number, text: string): string[] {
  const captures: string[] = [];
  for (let index = 1; index <= groups; index++) {
    const start = saved[index * 2] as number;
    const end = saved[index * 2 + 1] as number;
    if (start >= 0) captures.push(text.slice(start, end));
  }
  return captures;
}
