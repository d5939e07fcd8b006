import { type RawBuilder, sql } from '../../platform/index.ts';
import type { Comparison, Criterion } from '../search/criteria.ts';

/** Fields of a computer that the database can test itself, as the API shows them. The rest is tested on what is shown. */
const columns: Readonly<Record<string, string>> = {
  hostName: 'c.host_name',
  displayName: 'c.display_name',
  description: 'c.description',
  groupID: 'coalesce(c.group_id, 0)',
  policyID: 'c.policy_id',
  assetImportanceID: 'c.asset_importance_id',
  relayListID: 'coalesce(c.relay_list_id, 0)',
  hostGUID: 'upper(c.guid::text)',
  agentVersion: "coalesce(h.facts ->> 'agentVersion', '0.0.0.0')",
  platform: "coalesce(h.facts ->> 'os', 'Unknown')",
};

const operators: Readonly<Record<Comparison, string>> = {
  'less-than': '<',
  'less-than-or-equal': '<=',
  equal: '=',
  'greater-than-or-equal': '>=',
  'greater-than': '>',
  'not-equal': '<>',
};

/** Splits a search into what the database tests and what is left to test on the composed computers. */
export function splitCriteria(criteria: readonly Criterion[]): {
  readonly filter: RawBuilder<unknown>;
  readonly rest: readonly Criterion[];
} {
  const conditions: RawBuilder<unknown>[] = [];
  const rest: Criterion[] = [];
  for (const criterion of criteria) {
    const condition = conditionOf(criterion);
    if (condition) conditions.push(sql`and ${condition}`);
    else rest.push(criterion);
  }
  return { filter: sql.join(conditions, sql` `), rest };
}

function conditionOf(criterion: Criterion): RawBuilder<unknown> | undefined {
  if (criterion.test === 'id') return sql`c.id ${sql.raw(operators[criterion.comparison])} ${asId(criterion.value)}`;
  const column = criterion.path.length === 1 ? columns[criterion.path[0]!] : undefined;
  if (!column) return undefined;
  const value = sql.raw(column);
  if (criterion.test === 'numeric') return numeric(value, criterion.comparison, criterion.value);
  if (criterion.test !== 'string') return undefined;
  const { wildcards, negated } = criterion;
  const text = criterion.value;
  const isPlain = !wildcards || !/[%_]/.test(text);
  // What is absent equals nothing; `not-equal` finds it. A backslash means itself here.
  const test = isPlain ? sql`${value} = ${text}` : sql`${value} like ${text.replaceAll('\\', '\\\\')}`;
  return negated ? sql`not coalesce(${test}, false)` : test;
}

/** No id lies beyond these; what is asked for there compares like them. */
const asId = (value: number): number => Math.floor(Math.min(2_147_483_647, Math.max(-1, value)));

function numeric(value: RawBuilder<unknown>, comparison: Comparison, number: number): RawBuilder<unknown> {
  const test = sql`${value} ${sql.raw(operators[comparison])} ${number}::double precision`;
  return comparison === 'not-equal' ? sql`coalesce(${test}, true)` : test;
}
