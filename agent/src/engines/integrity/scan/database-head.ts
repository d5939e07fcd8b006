import { type ScanAttribute, scanAttributes } from './attributes.ts';
import { DatabaseFault, type DatabaseHead } from './database-format.ts';
import type { ScopePlan } from './scope.ts';

/**
 * The head of a database from its JSON. By hand: the schemas that the agent has for everything else would make a scan's memory a tenth larger. The
 * rules in it are looked at by whoever uses them.
 * @throws DatabaseFault
 */
export function parseHead(text: string): DatabaseHead {
  try {
    const head: unknown = JSON.parse(text);
    if (isHead(head)) return head;
  } catch {
    // Told below, as any other head that is none.
  }
  throw new DatabaseFault('damaged', 'it is damaged: its head cannot be read');
}

function isHead(value: unknown): value is DatabaseHead {
  return (
    isObject(value) &&
    isCount(value['version']) &&
    isCount(value['hashBytesMax']) &&
    ['madeAt', 'host', 'madeBy', 'scopeDigest'].every((key) => typeof value[key] === 'string') &&
    isList(value['attributes'], (one) => scanAttributes.includes(one as ScanAttribute)) &&
    (value['previous'] === undefined || typeof value['previous'] === 'string') &&
    isScope(value['scope'])
  );
}

function isScope(value: unknown): value is ScopePlan {
  return (
    isObject(value) &&
    (value['roots'] === undefined || isList(value['roots'], isPath)) &&
    (value['rules'] === undefined || isList(value['rules'], isObject)) &&
    (value['roots'] === undefined) !== (value['rules'] === undefined) &&
    isList(value['never'], isPath) &&
    typeof value['content'] === 'boolean'
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isList = (value: unknown, isOne: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isOne);
const isPath = (value: unknown): boolean => typeof value === 'string' && value.startsWith('/');
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
