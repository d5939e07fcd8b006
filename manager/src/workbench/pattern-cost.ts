import { safeLength } from '@sakimori/contract/log-patterns/cost';
import { PatternFault } from '@sakimori/contract/log-patterns/fault';
import { parsePcre2 } from '@sakimori/contract/log-patterns/pcre2-parse';
import { plainOptions } from '@sakimori/contract/log-patterns/pcre2-reader';

/** A pattern is catastrophic where an engine that tries again needs more steps than these on a text of so many characters. */
const stepsMax = 1_000_000;
const charactersMin = 64;

/** Whether a search by trying again may take for ever on a short text, as with `(a+)+$`. What cannot be read is told by whoever compiles it. */
export function isCatastrophic(pattern: string): boolean {
  try {
    return safeLength(parsePcre2(pattern, plainOptions).syntax)(stepsMax) < charactersMin;
  } catch (error) {
    if (error instanceof PatternFault) return false;
    throw error;
  }
}

export const catastrophe =
  'the pattern can divide a text in so many ways that searching a short one may take for ever (catastrophic backtracking)';
