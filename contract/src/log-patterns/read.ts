import { bytesOf, textOf } from './bytes.ts';
import { PatternFault, patternLengthMax } from './fault.ts';
import { convertOsMatch, convertOsRegex } from './os-convert.ts';
import { type Parsed, parsePcre2 } from './pcre2-parse.ts';
import { plainOptions } from './pcre2-reader.ts';
import { checkSize } from './size.ts';

/**
 * The three languages of patterns in log-inspection rules, parsed: the agent compiles what the manager has let through, and both read them here.
 * Each throws PatternFault for what is not of the language, or too large.
 */
export type { Parsed } from './pcre2-parse.ts';

export function readOsMatch(source: string): Parsed {
  checkLength(source);
  return checked(parsePcre2(convertOsMatch(source), { ...plainOptions, ignoreCase: true }));
}

export function readOsRegex(source: string): Parsed {
  checkLength(source);
  if (source === '') throw new PatternFault('the pattern is empty', 0);
  const { text, places } = convertOsRegex(source);
  return placed(
    () => parsePcre2(text, { ...plainOptions, ignoreCase: true }),
    (at) => places[at] ?? source.length,
  );
}

/** In bytes: a character that ASCII does not have is several. */
export function readPcre2(source: string, ignoreCase: boolean): Parsed {
  checkLength(source);
  if (source === '') throw new PatternFault('the pattern is empty', 0);
  const bytes = bytesOf(source);
  return placed(
    () => parsePcre2(bytes, { ...plainOptions, ignoreCase }),
    (at) => textOf(bytes.slice(0, at)).length,
  );
}

function checkLength(source: string): void {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
}

/** What was parsed is not the text as it was written: a fault is told by its place in the latter. */
function placed(parse: () => Parsed, placeOf: (at: number) => number): Parsed {
  try {
    return checked(parse());
  } catch (error) {
    if (error instanceof PatternFault) throw new PatternFault(error.message, placeOf(error.at));
    throw error;
  }
}

function checked(parsed: Parsed): Parsed {
  checkSize(parsed.syntax);
  return parsed;
}
