import {
  type Actor,
  clauseFacts,
  dayInJapan,
  type Edition,
  type PrerequisiteLack,
  Refusal,
  type ServerInput,
  type ServerUnderContract,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, isDuplicate, newId, type Tx } from '../platform/index.ts';
import { lockForContract, selectTerms } from './contract-store.ts';
import { checkRoom, type Desk, isInForce } from './contracts.ts';
import { checkAccount } from './customers.ts';
import {
  countServers,
  insertServer,
  markRemoved,
  type ServerRow,
  selectServers,
  updateServerRow,
} from './server-store.ts';
import { serviceOf } from './service.ts';

/** A validity on a day: `missing` where there is none at all. */
function standing(
  has: boolean,
  from: string | null,
  until: string | null,
  day: string,
): 'Missing' | 'Expired' | 'Coming' | undefined {
  if (!has) return 'Missing';
  if (until !== null && until < day) return 'Expired';
  return from !== null && from > day ? 'Coming' : undefined;
}

/** What a server lacks on a day of what its edition asks of each server (S18). */
function lacksOf(row: ServerRow, edition: Edition, day: string): PrerequisiteLack[] {
  const { basicContract, support } = edition.prerequisites;
  const hasBasic = row.basic_from !== null || row.basic_until !== null;
  const basic = basicContract ? standing(hasBasic, row.basic_from, row.basic_until, day) : undefined;
  const hasSupport = (support as readonly string[]).includes(row.support);
  const supported = support.length > 0 ? standing(hasSupport, row.support_from, row.support_until, day) : undefined;
  return [...(basic ? ([`basic${basic}`] as const) : []), ...(supported ? ([`support${supported}`] as const) : [])];
}

const toServer = (row: ServerRow, edition: Edition, day: string): ServerUnderContract => ({
  id: row.id,
  accountId: row.tenant_id,
  name: row.name,
  ...(row.basic_from === null ? {} : { basicFrom: row.basic_from }),
  ...(row.basic_until === null ? {} : { basicUntil: row.basic_until }),
  support: row.support,
  ...(row.support_from === null ? {} : { supportFrom: row.support_from }),
  ...(row.support_until === null ? {} : { supportUntil: row.support_until }),
  lacks: row.removed_at === null ? lacksOf(row, edition, day) : [],
  ...(row.removed_at === null ? {} : { removedAt: row.removed_at.toISOString() }),
});

/** @throws Refusal `not_found` */
export const listServers = (
  desk: Desk,
  actor: Actor,
  accountId: string,
  withRemoved: boolean,
): Promise<ServerUnderContract[]> =>
  desk.platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    return serversOf(tx, desk, accountId, withRemoved);
  });

/** The same within a transaction that may see the account. */
export async function serversOf(
  tx: Tx,
  desk: Desk,
  accountId: string,
  withRemoved: boolean,
): Promise<ServerUnderContract[]> {
  const day = dayInJapan(desk.platform.clock.now());
  const { edition } = await serviceOf(tx, desk, accountId, day);
  return (await selectServers(tx, accountId, { withRemoved })).map((row) => toServer(row, edition, day));
}

async function onServer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'server' }, { cause: error });
    throw error;
  }
}

async function record(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  action: 'server.added' | 'server.updated' | 'server.removed',
  row: ServerRow,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { tenant_id: accountId, id, name, support, basic_until, support_until } = row;
  const facts = { name, support, basic_until, support_until, ...more };
  await note(tx, desk.platform.clock, { accountId, actor, action, target: `server:${id}`, facts });
  await announce(tx, { topic: 'account', accountId, id: accountId });
}

/** @throws Refusal `not_found` (account, contract), `already_exists`, `nodes_exceeded` */
export function createServer(
  desk: Desk,
  actor: Actor,
  accountId: string,
  input: ServerInput,
): Promise<ServerUnderContract> {
  return onServer(() => desk.platform.database.asProvider((tx) => addServer(tx, desk, actor, accountId, input)));
}

/** The same within a transaction of the provider's. */
export async function addServer(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  accountId: string,
  input: ServerInput,
): Promise<ServerUnderContract> {
  const { clock } = desk.platform;
  const day = dayInJapan(clock.now());
  if (!(await lockForContract(tx, accountId))) throw new Refusal('not_found', { what: 'account' });
  const terms = await selectTerms(tx, accountId);
  const term = terms.find((one) => isInForce(one, day)) ?? terms.at(-1);
  if (!term) throw new Refusal('not_found', { what: 'contract' });
  const edition = desk.editions.get(term.edition);
  await checkRoom(tx, accountId, edition, term.nodes, 1);
  const row = await insertServer(tx, { accountId, id: newId(clock) }, input, clock.now());
  await record(tx, desk, actor, 'server.added', row);
  return toServer(row, edition, day);
}

type Key = { readonly accountId: string; readonly id: string };

/** @throws Refusal `not_found`, `already_exists` */
export function updateServer(desk: Desk, actor: Actor, key: Key, input: ServerInput): Promise<ServerUnderContract> {
  const { clock, database } = desk.platform;
  const day = dayInJapan(clock.now());
  return onServer(() =>
    database.asProvider(async (tx) => {
      const row = await updateServerRow(tx, key, input);
      if (!row) throw new Refusal('not_found', { what: 'server' });
      const { edition } = await serviceOf(tx, desk, key.accountId, day);
      await record(tx, desk, actor, 'server.updated', row);
      return toServer(row, edition, day);
    }),
  );
}

export type Removal = { readonly reason: string; readonly contractAction?: 'replacement' | 'ending' | undefined };

/**
 * Takes a server from the contract. Where fewer than the minimum would be left, somebody has to say what becomes of the contract (S19): another
 * server follows, or the contract ends.
 * @throws Refusal `not_found`, `contract_action_required`
 */
export function removeServer(desk: Desk, actor: Actor, key: Key, removal: Removal): Promise<ServerUnderContract> {
  const { clock, database } = desk.platform;
  const { reason, contractAction } = removal;
  const day = dayInJapan(clock.now());
  return database.asProvider(async (tx) => {
    await lockForContract(tx, key.accountId);
    const row = await markRemoved(tx, key, clock.now(), reason);
    if (!row) throw new Refusal('not_found', { what: 'server' });
    const { edition, contract } = await serviceOf(tx, desk, key.accountId, day);
    const left = (await countServers(tx, key.accountId)).count;
    const { nodesMin: min, clauses } = edition.prerequisites;
    if (contract === 'inForce' && left < min && contractAction === undefined)
      throw new Refusal('contract_action_required', {
        name: row.name,
        left,
        min,
        ...clauseFacts(edition, clauses.nodes),
      });
    await record(tx, desk, actor, 'server.removed', row, {
      reason,
      left,
      ...(contractAction ? { contractAction } : {}),
    });
    return toServer(row, edition, day);
  });
}

/**
 * Whether a server of this name may be activated today (S18). An account without a contract is not held to it.
 * @throws Refusal `prerequisite_missing` with the clause
 */
export async function checkActivation(tx: Tx, desk: Desk, accountId: string, name: string): Promise<void> {
  const day = dayInJapan(desk.platform.clock.now());
  const { edition, contract } = await serviceOf(tx, desk, accountId, day);
  if (contract === 'none') return;
  const [row] = await selectServers(tx, accountId, { name });
  const lacks = contract === 'ended' ? ['noContract'] : row ? lacksOf(row, edition, day) : ['unlisted'];
  if (lacks[0] === undefined) return;
  throw new Refusal('prerequisite_missing', {
    ...{ name, lack: lacks[0], support: row?.support ?? 'none' },
    ...clauseFacts(edition, edition.prerequisites.clauses.support),
  });
}

/**
 * What a contract in force would be left with, were a server taken away; undefined where it is not listed, or enough stay (S19).
 */
export async function contractWithout(
  tx: Tx,
  desk: Pick<Desk, 'platform' | 'editions'>,
  accountId: string,
  name: string,
): Promise<{ left: number; min: number } | undefined> {
  const day = dayInJapan(desk.platform.clock.now());
  const { edition, contract } = await serviceOf(tx, desk, accountId, day);
  const [row] = await selectServers(tx, accountId, { name });
  if (contract !== 'inForce' || !row) return undefined;
  const left = (await countServers(tx, accountId)).count - 1;
  const min = edition.prerequisites.nodesMin;
  return left < min ? { left, min } : undefined;
}
