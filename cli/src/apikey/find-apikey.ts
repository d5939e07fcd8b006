import { type Account, type NamedObject, routes, type WorkloadKey } from '@sakimori/contract';
import type { Cli } from '../cli.ts';
import { findAccount, pick } from '../find.ts';

/** Objects of an account's configuration have numbers, which are given as text. */
const byText = <Item extends { readonly id: number }>(items: readonly Item[]) =>
  items.map((item) => ({ item, id: String(item.id) }));

export type FoundKey = { readonly account: Account; readonly key: WorkloadKey };

/** A key of an account, by name or id. @throws CliFault */
export async function findApiKey(cli: Cli, given: string, account: string): Promise<FoundKey> {
  const found = await findAccount(cli, account);
  const { items } = await cli.call(routes.listWorkloadKeys, { params: { accountId: found.id } });
  const namesOf = ({ item }: { item: WorkloadKey }) => [item.name];
  const what = { thing: 'apikey', namesOf, list: `apikey list --account ${account}` };
  return { account: found, key: pick(cli, byText(items), given, what).item };
}

/** A role that keys can have, by its name in either language or its id. @throws CliFault */
export function pickRole(cli: Cli, roles: readonly NamedObject[], given: string, account: string): NamedObject {
  const namesOf = ({ item }: { item: NamedObject }) => [item.name, ...(item.nameJa ? [item.nameJa] : [])];
  const what = { thing: 'role', namesOf, list: `apikey list --account ${account} --json` };
  return pick(cli, byText(roles), given, what).item;
}
