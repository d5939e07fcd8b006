import { compilePcre2, PatternFault } from '../patterns/index.ts';
import { compileSigmaRules, type SigmaSet } from '../sigma/sigma-watch.ts';
import { dataFault } from './fault.ts';
import { readFile } from './read-file.ts';

export const isSigmaFile = (path: string): boolean => /\.ya?ml$/i.test(path);

export interface SigmaContent {
  readonly set: SigmaSet;
  /** Rules that are left out by their name, each with place and reason, as lines. */
  readonly leftOut: readonly string[];
}

/** The Sigma rules of files, compiled. The YAML parser is loaded only where there is such a file. @throws CommandFault */
export async function loadSigma(paths: readonly string[]): Promise<SigmaContent | undefined> {
  if (paths.length === 0) return undefined;
  const { readSigmaFiles } = await import('@sakimori/contract/sigma/read');
  const leftOut: string[] = [];
  const files = paths.map((path) => ({
    text: readFile(path),
    fault: (fault: Error) => dataFault(`${path}:${fault.message}`, fault),
    leftOut: (title: string, fault: Error) => leftOut.push(`${path}:${fault.message}: “${title}” is left out`),
  }));
  const { rules, correlations } = readSigmaFiles(files, checkRegex);
  return { set: compileSigmaRules({ rules, correlations }), leftOut };
}

function checkRegex(source: string): { readonly problem: string; readonly at: number } | undefined {
  try {
    compilePcre2(source, { ignoreCase: false });
    return undefined;
  } catch (error) {
    if (error instanceof PatternFault) return { problem: error.message, at: error.at };
    throw error;
  }
}
