import { safeLength } from './cost.ts';
import { needsOf } from './needs.ts';
import type { Match, Needs, Pattern } from './pattern.ts';
import type { Parsed } from './pcre2-parse.ts';
import { bytesBefore } from './plain-text.ts';
import { assemble, checkSize, type Program } from './program.ts';
import { runProgram } from './run.ts';
import { type Subject, textOf } from './subject.ts';
import type { Syntax } from './syntax.ts';
import { isCaseless, isSame, toRegExp } from './to-regexp.ts';

/** A pattern that sees the bytes of a text, as PCRE2 without UTF. @throws PatternFault where it is too large */
export const bytesPattern = (parsed: Parsed): Pattern => new RegularPattern(parsed, false);

/** A pattern that sees characters, as PCRE2 with UTF and without case. @throws PatternFault where it is too large */
export const textPattern = (parsed: Parsed): Pattern => new RegularPattern(parsed, true);

/** Steps that a search by JavaScript's own engine may take at worst; where it could take more, ours is asked, which is slower and linear. */
const stepsMax = 1_000_000;

/**
 * Runs a parsed pattern: by JavaScript's engine where that finds the same and cannot take long on a text of this length, else by our own.
 * What is needed for either is made when it is first needed.
 */
class RegularPattern implements Pattern {
  readonly #syntax: Syntax;
  readonly #groups: number;
  readonly #characters: boolean;
  readonly needs: Needs | undefined;
  /** Longest text that JavaScript's engine is given; −1 where it may not be asked at all. */
  readonly #safeLength: number;
  readonly #caseless: boolean;
  #tester: RegExp | undefined;
  #finder: RegExp | undefined;
  #unicodeFinder: RegExp | undefined;
  #program: Program | undefined;

  constructor({ syntax, groups }: Parsed, characters: boolean) {
    checkSize(syntax);
    this.#syntax = syntax;
    this.#groups = groups;
    this.#characters = characters;
    this.needs = needsOf(syntax);
    this.#safeLength = isSame(syntax) ? safeLength(syntax, stepsMax) : -1;
    this.#caseless = isCaseless(syntax);
  }

  test(subject: Subject, from = 0): boolean {
    if (subject.text.length > this.#safeLength || (this.#characters && !subject.isAscii)) {
      return this.match(subject, from) !== undefined;
    }
    this.#tester ??= toRegExp(this.#syntax, this.#caseless ? 'fold' : 'spell', false);
    const text = this.#caseless ? subject.folded : subject.bytes;
    return this.#tester.test(from === 0 ? text : text.slice(bytesBefore(subject, from)));
  }

  match(subject: Subject, from = 0): Match | undefined {
    if (subject.isAscii) return this.#matchIn(subject.text, from);
    if (this.#characters) return this.#matchCharacters(subject, from);
    const found = this.#matchIn(subject.bytes, bytesBefore(subject, from));
    return (
      found && {
        end: from + textOf(subject.bytes.slice(bytesBefore(subject, from), found.end)).length,
        captures: found.captures.map(textOf),
      }
    );
  }

  /** In ASCII or bytes. */
  #matchIn(text: string, from: number): Match | undefined {
    if (text.length > this.#safeLength) return this.#runProgram(text, text, from);
    this.#finder ??= toRegExp(this.#syntax, this.#caseless ? 'flag' : 'spell', true);
    return matchOf(this.#finder, text, from);
  }

  #matchCharacters(subject: Subject, from: number): Match | undefined {
    if (subject.text.length > this.#safeLength) return this.#runProgram(subject.foldedUnicode, subject.text, from);
    this.#unicodeFinder ??= toRegExp(this.#syntax, 'unicode', true);
    return matchOf(this.#unicodeFinder, subject.text, from);
  }

  #runProgram(searched: string, text: string, from: number): Match | undefined {
    this.#program ??= assemble(this.#syntax, this.#groups);
    const saved = runProgram(this.#program, searched, Math.min(from, searched.length));
    return saved && { end: saved[1] as number, captures: capturesOf(saved, this.#groups, text) };
  }
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
