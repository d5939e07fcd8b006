import { isDeepStrictEqual } from 'node:util';
import type { PolicyDifference, PolicyDocument } from '@sakimori/contract';

export const differencesMax = 1000;
const textMax = 2000;

/**
 * What differs between two versions of a policy, as lines that people read: paths of the document with dots, objects of a list by their id or name, so
 * that a rule that moved is no difference. @returns at most {@link differencesMax} lines
 */
export function differenceOf(before: PolicyDocument, after: PolicyDocument): PolicyDifference['lines'] {
  const lines: PolicyDifference['lines'] = [];
  walk('', before, after, lines);
  return lines.slice(0, differencesMax);
}

function walk(path: string, before: unknown, after: unknown, lines: PolicyDifference['lines']): void {
  if (isDeepStrictEqual(before, after)) return;
  const [was, is] = [partsOf(before), partsOf(after)];
  if (!was || !is) {
    const shown = { ...shownAs('before', before), ...shownAs('after', after) };
    lines.push({ path: path.slice(0, 500), ...shown });
    return;
  }
  for (const name of new Set([...was.keys(), ...is.keys()]))
    walk(path === '' ? name : `${path}.${name}`, was.get(name), is.get(name), lines);
}

/** The named parts of an object, or of a list of objects that have names of their own; undefined for what is one value. */
function partsOf(value: unknown): Map<string, unknown> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = new Map<string, unknown>();
  for (const item of value) {
    const key =
      (item as { id?: unknown; sid?: unknown; name?: unknown } | null)?.id ?? (item as { sid?: unknown })?.sid;
    if (typeof key !== 'string' && typeof key !== 'number') return undefined;
    // Some rules are compiled to several of one id.
    const name = `[${key}]`;
    named.set(named.has(name) ? `${name}#${named.size}` : name, item);
  }
  return named;
}

function shownAs(side: 'before' | 'after', value: unknown): { before?: string; after?: string } {
  if (value === undefined) return {};
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { [side]: text.length <= textMax ? text : `${text.slice(0, textMax - 1).toWellFormed()}…` };
}
