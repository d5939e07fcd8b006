import { PatternFault } from '@sakimori/contract/log-patterns/fault';
import { readOsMatch, readOsRegex, readPcre2 } from '@sakimori/contract/log-patterns/read';

/** What is wrong with a pattern, and where in its text, from 0. */
export type PatternProblem = { readonly problem: string; readonly at: number };

type Check = (source: string) => PatternProblem | undefined;

export const checkOsMatch: Check = (source) => problemOf(() => readOsMatch(source));
export const checkOsRegex: Check = (source) => problemOf(() => readOsRegex(source));
export const checkPcre2: Check = (source) => problemOf(() => readPcre2(source, true));

function problemOf(read: () => unknown): PatternProblem | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof PatternFault) return { problem: error.message, at: error.at };
    throw error;
  }
}
