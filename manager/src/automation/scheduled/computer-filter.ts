import { ancestorsOf, type ComputerRow, type ConfigurationView, selectComputers } from '../../configuration/index.ts';
import { sql, type Tx } from '../../platform/index.ts';

/** Which computers a task is for, as the API has it. */
export type ComputerFilter = {
  readonly type?: string;
  readonly computerID?: number;
  readonly computerGroupID?: number;
  readonly policyID?: number;
};

/** The object that a filter names: its kind, the property with its id, and whether what stands below it counts too. */
const targets: Readonly<Record<string, readonly [kind: string, property: keyof ComputerFilter, below: boolean]>> = {
  computer: ['Computer', 'computerID', false],
  'computers-in-group': ['ComputerGroup', 'computerGroupID', false],
  'computers-in-group-or-subgroup': ['ComputerGroup', 'computerGroupID', true],
  'computers-using-policy': ['Policy', 'policyID', false],
  'computers-using-policy-or-subpolicy': ['Policy', 'policyID', true],
};

/** What a filter names; undefined for all computers. @throws Error with a sentence where it cannot be read */
export function targetOf(filter: ComputerFilter): { kind: string; id: number; below: boolean } | undefined {
  const { type = 'all-computers' } = filter;
  if (type === 'all-computers') return undefined;
  const target = targets[type];
  if (!target)
    throw new Error('computerFilter: this manager has no smart folders; choose by computer, group or policy.');
  const [kind, property, below] = target;
  const id = filter[property];
  if (typeof id !== 'number' || id < 1) throw new Error(`computerFilter: the type ${type} needs ${property}.`);
  return { kind, id, below };
}

/** The computers that a filter chooses now. */
export function selectFiltered(tx: Tx, view: ConfigurationView, filter: ComputerFilter): Promise<ComputerRow[]> {
  const target = targetOf(filter);
  if (!target) return selectComputers(tx, view.accountId);
  const { kind, id, below } = target;
  if (kind === 'Computer') return selectComputers(tx, view.accountId, sql`and c.id = ${id}`);
  if (kind === 'Policy') {
    const ids = below ? policiesBelow(view, id) : [id];
    return selectComputers(tx, view.accountId, sql`and c.policy_id = any(${ids})`);
  }
  const ids = below ? groupsBelow(view, id) : [id];
  return selectComputers(tx, view.accountId, sql`and c.group_id = any(${ids})`);
}

const policiesBelow = (view: ConfigurationView, id: number): number[] =>
  view
    .list('Policy')
    .map((policy) => policy['ID'] as number)
    .filter((other) => ancestorsOf(view, other).includes(id));

/** A group and all below it. */
export function groupsBelow(view: ConfigurationView, id: number): number[] {
  const children = Map.groupBy(view.list('ComputerGroup'), (group) => group['parentGroupID'] as number | undefined);
  const found = new Set([id]);
  for (const parent of found) for (const child of children.get(parent) ?? []) found.add(child['ID'] as number);
  return [...found];
}
