import { logPathProblem } from '@sakimori/contract/log-source';
import { compileName, isOpenName, plainName } from './name-pattern.ts';

/** One name of a path: `**` for any number of folders, a plain name, or a pattern of one. */
export type PathPart =
  | { readonly kind: 'folders' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly matches: (name: string) => boolean; readonly takesHidden: boolean };

/** A path in which characters, names or dates may stand open. */
export interface PathPattern {
  /** The folder in which everything lies that it can name. */
  readonly folder: string;
  /** What stands below that folder; the last is that of the file. */
  readonly parts: readonly PathPart[];
  /** Whether a path is one that it names. */
  readonly matches: (path: string) => boolean;
  readonly isDated: boolean;
}

/** As deep as `**` goes. */
export const foldersDeepMax = 8;

/** @throws Error with a sentence that says what to do */
export function readPathPattern(path: string): PathPattern {
  const problem = logPathProblem(path);
  if (problem) throw new Error(problem);
  const names = resolveDots(path.split('/'));
  const parts = names.map(readPart);
  const open = parts.findIndex((part) => part.kind !== 'name');
  const fixed = open < 0 ? parts.length - 1 : open;
  return {
    folder: `/${names.slice(0, fixed).map(plainName).join('/')}`,
    parts: parts.slice(fixed),
    matches: (other) => fits(parts, other.split('/').slice(1)),
    isDated: names.some((name) => /%[A-Za-z]/.test(name.replaceAll('%%', ''))),
  };
}

function resolveDots(names: readonly string[]): string[] {
  const kept: string[] = [];
  for (const name of names) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return kept;
}

function readPart(name: string): PathPart {
  if (name === '**') return { kind: 'folders' };
  if (!isOpenName(name)) return { kind: 'name', name: plainName(name) };
  return { kind: 'pattern', matches: compileName(name), takesHidden: name.startsWith('.') };
}

function fits(parts: readonly PathPart[], names: readonly string[]): boolean {
  const gap = parts.findIndex(({ kind }) => kind === 'folders');
  if (gap < 0) return parts.length === names.length && parts.every((part, index) => isNamed(part, names[index]!));
  const behind = parts.length - gap - 1;
  const between = names.length - gap - behind;
  return (
    between >= 0 &&
    between <= foldersDeepMax &&
    parts.slice(0, gap).every((part, index) => isNamed(part, names[index]!)) &&
    parts.slice(gap + 1).every((part, index) => isNamed(part, names[gap + between + index]!))
  );
}

function isNamed(part: PathPart, name: string): boolean {
  if (part.kind === 'name') return part.name === name;
  return part.kind === 'pattern' && part.matches(name);
}
