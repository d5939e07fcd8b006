import { foldCase } from './fold.ts';
import type { Match, Pattern } from './pattern.ts';
import { assemble } from './program.ts';
import { runProgram } from './run.ts';
import type { Subject } from './subject.ts';
import type { Syntax } from './syntax.ts';

/** Makes a pattern of parsed syntax. With `ignoreCase` the syntax must already be folded. */
export function regularPattern(syntax: Syntax, groups: number, ignoreCase: boolean): Pattern {
  const program = assemble(syntax, groups);
  const run = (subject: Subject, from: number) =>
    runProgram(program, ignoreCase ? subject.folded : subject.text, Math.min(from, subject.text.length));
  return {
    test: (subject, from = 0) => run(subject, from) !== undefined,
    match(subject, from = 0): Match | undefined {
      const saved = run(subject, from);
      return saved && { end: saved[1] as number, captures: capturesOf(saved, subject.text) };
    },
  };
}

function capturesOf(saved: Int32Array, text: string): string[] {
  const captures: string[] = [];
  for (let index = 2; index < saved.length; index += 2) {
    const start = saved[index] as number;
    const end = saved[index + 1] as number;
    if (start >= 0 && end >= start) captures.push(text.slice(start, end));
  }
  return captures;
}

export const foldedChar = (char: string): Syntax => ({ kind: 'char', char: foldCase(char) });
