import { logDateParts, logPathProblem } from '@sakimori/contract/log-source';

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
  const names = resolveDots(path.split('/').slice(1));
  const parts = names.map(readPart);
  const open = parts.findIndex((part) => part.kind !== 'name');
  const fixed = open < 0 ? parts.length - 1 : open;
  const whole = new RegExp(`^${names.map(wholeExpression).join('')}$`, 's');
  return {
    folder: `/${names.slice(0, fixed).map(plainName).join('/')}`,
    parts: parts.slice(fixed),
    matches: (other) => whole.test(other),
    isDated: names.some((name) => /%[A-Za-z]/.test(name)),
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

const plainName = (name: string): string => name.replaceAll('%%', '%').replaceAll(/\\(.)/g, '$1');
const isOpen = (name: string): boolean => /[*?]|\[.[^\]]*\]|%[A-Za-z]/s.test(name.replaceAll(/\\.|%%/gs, ''));

function readPart(name: string): PathPart {
  if (name === '**') return { kind: 'folders' };
  if (!isOpen(name)) return { kind: 'name', name: plainName(name) };
  const regular = new RegExp(`^${expressionOf(name)}$`, 's');
  return { kind: 'pattern', matches: (other) => regular.test(other), takesHidden: name.startsWith('.') };
}

const wholeExpression = (name: string): string =>
  name === '**' ? `(?:/[^/]+){0,${foldersDeepMax}}` : `/${expressionOf(name)}`;

/** After glob(7) and strftime(3). A repetition is taken once however often it stands there, so that no name costs more than its length. */
function expressionOf(name: string): string {
  return name.replaceAll(/\\(.)|%([A-Za-z%])|\*+|\?|\[([!^]?)(\]?[^\]]*)\]|./gs, (found, escaped, date, not, inner) => {
    if (escaped !== undefined) return RegExp.escape(escaped);
    if (date !== undefined) return logDateParts[date] ?? RegExp.escape(found);
    if (found.startsWith('*')) return '[^/]*';
    if (found === '?') return '[^/]';
    if (inner !== undefined && inner !== '') return classOf(not !== '', inner) ?? RegExp.escape(found);
    return RegExp.escape(found);
  });
}

function classOf(isNot: boolean, inner: string): string | undefined {
  const body = inner.replaceAll(/[\\\]^[]/g, '\\$&').replaceAll(/-(?=$)/g, '\\-');
  try {
    return new RegExp(`[${isNot ? '^/' : ''}${body}]`).source;
  } catch {
    return undefined;
  }
}
