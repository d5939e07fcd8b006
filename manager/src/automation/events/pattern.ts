import { RE2JS } from 're2js';

/** A condition's expression, and what it is matched with, are never longer. */
export const patternCharactersMax = 1000;
const textCharactersMax = 256;
/** Instructions that an expression comes to: with the bound of the text, the bound of a match's time. */
const programMax = 2000;

export type Pattern = (text: string) => boolean;

/**
 * Compiles a regular expression that somebody wrote. It must match the whole text, as on other managers, and runs in time proportional to
 * expression × text: look-around and back-references, which cannot, are refused.
 * @throws Error with a sentence of ours
 */
export function compilePattern(source: string): Pattern {
  if (source.length > patternCharactersMax)
    throw new Error(`An expression has at most ${patternCharactersMax} characters.`);
  const shown = source.slice(0, 100);
  const expression = compile(source, shown);
  if (expression.programSize() > programMax) throw new Error(`The expression “${shown}” is too large.`);
  return (text) => expression.matches(text.slice(0, textCharactersMax));
}

function compile(source: string, shown: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch {
    throw new Error(
      `“${shown}” is no regular expression that runs in linear time (no look-around, no back-references).`,
    );
  }
}

/** Why this cannot be the expression of a condition. */
export function patternFault(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
