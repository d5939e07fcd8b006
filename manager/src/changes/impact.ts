import type { ChangePreviewShown, DetectionCount } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Backend } from '../backends/index.ts';
import { selectComputers } from '../configuration/index.ts';
import { countDetections } from '../detections/index.ts';
import { type Platform, sql, type Tx } from '../platform/index.ts';
import { hostsOfComputers } from '../remote/index.ts';
import { isGone, type Way } from './places.ts';
import type { Step } from './steps.ts';

/** A computer that a change reaches. */
export type Reached = { readonly computerId: number; readonly name: string; readonly hostId?: string };

/** What changes reach: a policy with those below it, or one computer. */
export type Aim = { readonly type: 'policy' | 'computer'; readonly id: number };

/** The first list in an answer of a listing. */
export const itemsOf = (answer: ApiObject): ApiObject[] =>
  (Object.values(answer).find((value) => Array.isArray(value)) as ApiObject[] | undefined) ?? [];

export function aimsOf(steps: readonly Step[]): Aim[] {
  const aims = steps.flatMap((step): Aim[] => {
    if (step.do === 'make' || step.place.type === 'task') return [];
    return [{ type: step.place.type.startsWith('policy') ? 'policy' : 'computer', id: step.place.id }];
  });
  return aims.filter((aim, index) => aims.findIndex(({ type, id }) => type === aim.type && id === aim.id) === index);
}

/** The computers that keep to what the aims say. */
export async function reachedBy(platform: Platform, way: Way, aims: readonly Aim[]): Promise<Reached[]> {
  if (aims.length === 0) return [];
  const policies = new Set(aims.filter(({ type }) => type === 'policy').map(({ id }) => id));
  if (policies.size > 0) await addBelow(way, policies);
  const computers = itemsOf(await way.backend.perform('listComputers', way.by, { query: { expand: 'none' } }));
  const own = new Set(aims.filter(({ type }) => type === 'computer').map(({ id }) => id));
  const reached = computers.filter(({ ID, policyID }) => own.has(ID as number) || policies.has(policyID as number));
  const { accountId, kind } = way.backend;
  const hostOf = await platform.database.as(accountId, (tx) => hostsByNumber(tx, accountId, kind));
  return reached.map(({ ID, hostName, displayName }) => {
    const hostId = hostOf.get(ID as number);
    return { computerId: ID as number, name: String(displayName || hostName || ID), ...(hostId ? { hostId } : {}) };
  });
}

async function addBelow(way: Way, policies: Set<number>): Promise<void> {
  const all = itemsOf(await way.backend.perform('listPolicies', way.by, { query: { overrides: 'true' } }));
  for (let size = 0; size !== policies.size; ) {
    size = policies.size;
    for (const { ID, parentID } of all) if (policies.has(parentID as number)) policies.add(ID as number);
  }
}

/** Our hosts by the backend's numbers of computers; of a tenant, as they were when it was last asked for all of them. */
async function hostsByNumber(tx: Tx, accountId: string, kind: Backend['kind']): Promise<ReadonlyMap<number, string>> {
  if (kind === 'remote') return hostsOfComputers(tx, accountId);
  const rows = await selectComputers(tx, accountId, sql`and c.host_id is not null`);
  return new Map(rows.flatMap(({ id, host_id: hostId }) => (hostId ? [[id, hostId] as const] : [])));
}

/** A computer by our host or by its number. @returns undefined where the account has none */
export async function findComputer(
  platform: Platform,
  way: Way,
  wish: { readonly hostId?: string | undefined; readonly computerId?: number | undefined },
): Promise<ApiObject | undefined> {
  const { accountId } = way.backend;
  const { hostId } = wish;
  const id =
    hostId === undefined ? wish.computerId : await platform.database.as(accountId, (tx) => numberOf(tx, way, hostId));
  if (id === undefined) return undefined;
  return way.backend.perform('describeComputer', way.by, { params: { computerID: id } }).catch((error) => {
    if (isGone(error)) return undefined;
    throw error;
  });
}

async function numberOf(tx: Tx, { backend: { accountId, kind } }: Way, hostId: string): Promise<number | undefined> {
  if (kind === 'own') return (await selectComputers(tx, accountId, sql`and c.host_id = ${hostId}`))[0]?.id;
  return [...(await hostsOfComputers(tx, accountId))].find(([, id]) => id === hostId)?.[0];
}

const previewDays = 30;
const dayMs = 86_400_000;
const shownHostsMax = 200;
const shownRulesMax = 100;
type Effect = ChangePreviewShown['byRule'][number]['effect'];
/** What a change would have made of detections of one sort; undefined: nothing. */
export type Judge = (row: DetectionCount) => Effect | undefined;

/** Counts what the last 30 days would have been on the computers that are reached. */
export async function previewOf(
  platform: Platform,
  accountId: string,
  reached: readonly Reached[],
  judge: Judge,
  remarks: readonly string[] = [],
): Promise<ChangePreviewShown> {
  const at = platform.clock.now();
  const since = new Date(at.getTime() - previewDays * dayMs);
  const hostIds = reached.flatMap(({ hostId }) => hostId ?? []);
  const rows =
    hostIds.length === 0
      ? []
      : await platform.database.as(accountId, (tx) => countDetections(tx, { accountId, hostIds, since }));
  const sums = { suppressed: 0, passes: 0, blocks: 0 };
  const byRule = new Map<string, ChangePreviewShown['byRule'][number]>();
  for (const row of rows) {
    const effect = judge(row);
    if (!effect) continue;
    sums[effect] += row.count;
    const key = `${effect} ${row.module} ${row.ruleId}`;
    const known = byRule.get(key);
    const { ruleId, name, nameJa } = row;
    if (known) byRule.set(key, { ...known, count: known.count + row.count });
    else byRule.set(key, { ruleId, name, ...(nameJa ? { nameJa } : {}), effect, count: row.count });
  }
  return {
    ...{ since: since.toISOString(), at: at.toISOString(), hostCount: reached.length, ...sums },
    hosts: reached.slice(0, shownHostsMax).map(({ name, ...ids }) => ({ ...ids, name: name.slice(0, 300) })),
    byRule: [...byRule.values()].sort((a, b) => b.count - a.count).slice(0, shownRulesMax),
    remarks: [...new Set(remarks)].slice(0, 10),
  };
}
