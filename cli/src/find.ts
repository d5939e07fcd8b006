import { type Account, type Alert, type Host, type Policy, type RouteAnswer, routes } from '@sakimori/contract';
import type { Cli } from './cli.ts';
import { CliFault, exitCodes } from './fault.ts';

/**
 * The one item that a person means: by id, else by name.
 * @throws CliFault where there is none, or more than one
 */
export function pick<Item extends { readonly id: string }>(
  cli: Cli,
  items: readonly Item[],
  given: string,
  what: { readonly thing: string; readonly namesOf: (item: Item) => readonly string[]; readonly list: string },
): Item {
  const byId = items.find((item) => item.id === given.toLowerCase());
  if (byId) return byId;
  const named = items.filter((item) => what.namesOf(item).includes(given));
  if (named.length === 1) return named[0]!;
  const facts = { what: cli.word('thing', what.thing), given, list: `sakimori ${what.list}` };
  throw new CliFault(named.length === 0 ? 'fault.unknown' : 'fault.ambiguous', facts);
}

export async function findAccount(cli: Cli, given: string): Promise<Account> {
  const { items } = await cli.call(routes.listAccounts);
  return pick(cli, items, given, { thing: 'account', namesOf: ({ name }) => [name], list: 'account list' });
}

/** The id of an account that may be left out. */
export const accountIdOf = async (cli: Cli, given: string | undefined): Promise<string | undefined> =>
  given === undefined ? undefined : (await findAccount(cli, given)).id;

/** Names of accounts by their ids, for lists that span several. */
export async function accountNames(cli: Cli): Promise<(accountId: string | undefined) => string> {
  const { items } = await cli.call(routes.listAccounts);
  const names = new Map(items.map(({ id, name }) => [id, name]));
  return (accountId) => (accountId === undefined ? '' : (names.get(accountId) ?? accountId));
}

/** Hosts that are retired are found by their id, and by name where no other has it. */
export async function findHost(cli: Cli, given: string, account: string | undefined): Promise<Host> {
  const { items } = await cli.call(routes.listHosts, { query: { accountId: await accountIdOf(cli, account) } });
  const isNamed = (host: Host) => host.facts.name === given;
  const watched = items.filter((host) => host.liveness.state !== 'retired' && isNamed(host));
  const among = watched.length > 0 ? watched : items;
  const byId = items.filter((host) => host.id === given.toLowerCase());
  return pick(cli, byId.length > 0 ? byId : among, given, {
    thing: 'host',
    namesOf: ({ facts }) => [facts.name],
    list: 'host list',
  });
}

export async function findPolicy(cli: Cli, given: string, account: string | undefined): Promise<Policy> {
  const { items } = await cli.call(routes.listPolicies, { query: { accountId: await accountIdOf(cli, account) } });
  return pick(cli, items, given, { thing: 'policy', namesOf: ({ name }) => [name], list: 'policy list' });
}

/** An alert by its id, or by its number within an account; the account may be left out where the caller sees only one. */
export async function findAlertId(cli: Cli, given: string, account: string | undefined): Promise<string> {
  if (!/^\d{1,9}$/.test(given)) return given;
  const accountId = (await accountIdOf(cli, account)) ?? (await onlyAccountId(cli));
  const found = await seek(
    (cursor) => cli.call(routes.listAlerts, { query: { accountId, limit: 500, cursor } }),
    (alert: Alert) => alert.number === Number(given),
  );
  if (found) return found.id;
  throw new CliFault('fault.unknown', { what: cli.say('thing.alert'), given, list: 'sakimori alert list' });
}

async function onlyAccountId(cli: Cli): Promise<string> {
  const { items } = await cli.call(routes.listAccounts);
  const [only] = items;
  if (only && items.length === 1) return only.id;
  throw new CliFault('fault.accountNeeded', {}, exitCodes.usage);
}

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor?: string | undefined };

async function seek<Item>(
  page: (cursor: string | undefined) => Promise<Page<Item>>,
  isMeant: (item: Item) => boolean,
): Promise<Item | undefined> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    const found = items.find(isMeant);
    if (found) return found;
    cursor = nextCursor;
  } while (cursor !== undefined);
  return undefined;
}

/** As many items as asked for, page by page. */
export async function collect<Item>(
  limit: number,
  page: (cursor: string | undefined, limit: number) => Promise<Page<Item>>,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page(cursor, Math.min(500, limit - items.length));
    items.push(...answer.items);
    cursor = answer.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, more: cursor !== undefined };
}

export type ListedKey = RouteAnswer<typeof routes.listKeys>['items'][number];
export async function findKey(cli: Cli, given: string): Promise<ListedKey> {
  const { items } = await cli.call(routes.listKeys);
  return pick(cli, items, given, { thing: 'key', namesOf: ({ name }) => [name], list: 'key list' });
}

export type ListedPerson = RouteAnswer<typeof routes.listPeople>['items'][number];
export async function findPerson(cli: Cli, given: string): Promise<ListedPerson> {
  const { items } = await cli.call(routes.listPeople);
  const open = items.filter((person) => person.disabledAt === undefined);
  return pick(cli, open, given.toLowerCase(), {
    thing: 'person',
    namesOf: ({ mail }) => [mail.toLowerCase()],
    list: 'person list',
  });
}
