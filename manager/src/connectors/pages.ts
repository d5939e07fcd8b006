import { ConnectorFault } from './fault.ts';
import type { Limits } from './limits.ts';

export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | undefined };

/**
 * Reads a list page by page until there is no token for a next one.
 * @throws ConnectorFault `malformed` when a token comes twice (the list would never end), `too-large` past the limits
 */
export async function readPages<Item>(
  service: string,
  limits: Limits,
  read: (token: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  for (let pages = 0; pages < limits.pagesMax; pages += 1) {
    const page = await read(token);
    items.push(...page.items);
    if (items.length > limits.machinesMax) throw new ConnectorFault('too-large', { service });
    token = page.next || undefined;
    if (token === undefined) return items;
    if (tokens.has(token)) throw new ConnectorFault('malformed', { service });
    tokens.add(token);
  }
  throw new ConnectorFault('too-large', { service });
}

/** Works through a list, a few at a time, and gives the results in its order. The first error ends it. */
export async function inParallel<Item, Result>(
  width: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
