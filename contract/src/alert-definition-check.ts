import { z } from 'zod';
import { AlertDefinition } from './alert-definition.ts';

export type DefinitionFault = { readonly path: string; readonly problem: string };
export type CheckedDefinitions = {
  readonly definitions: readonly AlertDefinition[];
  readonly faults: readonly DefinitionFault[];
};

const File = z.strictObject({ definitions: z.array(AlertDefinition).min(1).max(500) });

/** Reads the text of a file of definitions: all its faults at once, and no definition of a file that has any. */
export function checkAlertDefinitions(text: string): CheckedDefinitions {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { definitions: [], faults: [{ path: '', problem: `not JSON: ${(error as Error).message}` }] };
  }
  const parsed = File.safeParse(value);
  if (!parsed.success)
    return {
      definitions: [],
      faults: parsed.error.issues.flatMap(({ path, message, ...issue }) =>
        // One fault for each unknown key, so that each has its path.
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => ({ path: [...path, key].join('.'), problem: 'no such field' }))
          : [{ path: path.join('.'), problem: message }],
      ),
    };
  const { definitions } = parsed.data;
  const faults = definitions.flatMap((definition, index) =>
    meaningFaults(definition).map(({ path, problem }) => ({ path: `definitions.${index}.${path}`, problem })),
  );
  return faults.length > 0 ? { definitions: [], faults } : { definitions, faults: [] };
}

/** What the shape cannot say. */
function meaningFaults(definition: AlertDefinition): DefinitionFault[] {
  const { condition, severity, threshold, holdMinutes, resolve, kinds, flap } = definition;
  const faults: [string, string | false][] = [
    ['severity', condition && severity === undefined && 'a condition needs one'],
    ['severity', !condition && severity !== undefined && 'a detection has its own'],
    ['holdMinutes', condition && holdMinutes === undefined && 'a condition needs it'],
    ['holdMinutes', !condition && holdMinutes !== undefined && 'of a condition only'],
    ['threshold', condition && threshold !== undefined && 'of detections only'],
    ['threshold', !condition && threshold === undefined && 'detections need one'],
    ['kinds', condition && kinds.some((kind) => kind.includes('*')) && 'a condition is of one kind'],
    ['resolve', condition && resolve.by !== 'condition' && 'a condition resolves by itself: condition'],
    ['flap', flap !== undefined && resolve.by === 'person' && 'what only a person ends cannot flap'],
  ];
  return faults.flatMap(([path, problem]) => (problem ? [{ path, problem }] : []));
}

/** What is wrong among the definitions of all files together: every kind and every id stands once, and one is of everything. */
export function conflictsOf(definitions: readonly AlertDefinition[]): string[] {
  const owners = new Map<string, string>();
  const ids = new Set<string>();
  const found: string[] = [];
  for (const { id, kinds } of definitions) {
    if (ids.has(id)) found.push(`${id}: two definitions have this id`);
    ids.add(id);
    for (const kind of kinds) {
      const owner = owners.get(kind);
      if (owner !== undefined) found.push(`${id}: kinds: ${kind} is a kind of ${owner} already`);
      owners.set(kind, owner ?? id);
    }
  }
  if (!owners.has('*')) found.push('no definition has the kind *, so that other detections would have none');
  return found;
}

/** The definition of a kind: the one that names it, else the one of its longest beginning, else the one of everything. */
export function definitionFor(byKind: ReadonlyMap<string, AlertDefinition>, kind: string): AlertDefinition | undefined {
  for (let key = kind, pattern = kind; ; pattern = `${key}.*`) {
    const found = byKind.get(pattern);
    if (found) return found;
    const cut = key.lastIndexOf('.');
    if (cut < 0) return byKind.get('*');
    key = key.slice(0, cut);
  }
}
