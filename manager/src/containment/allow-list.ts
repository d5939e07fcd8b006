import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  allowedBy,
  allowListTextMax,
  type BlockSource,
  NetworkFault,
  Refusal,
  readAllowedSource,
  readBlockSource,
} from '@sakimori/contract';
import type { Config } from '../platform/index.ts';

/** The addresses by which hosts know the manager. A name that is not found now is passed over. */
export async function namedAddresses(config: Config): Promise<string[]> {
  const names = [config.SAKIMORI_AGENTS_NAMES, config.SAKIMORI_API_NAMES]
    .flatMap((list) => String(list ?? '').split(','))
    .map((name) => name.trim())
    .filter(Boolean);
  const found = await Promise.all(
    names.map(async (name) =>
      isIP(name)
        ? [name]
        : await lookup(name, { all: true }).then(
            (all) => all.map(({ address }) => address),
            () => [],
          ),
    ),
  );
  return found.flat();
}

/**
 * The manager's own addresses, by number: those of its machine, and those by which hosts know it. A name that is not found now is passed over; the host
 * itself refuses to block the manager that it talks to.
 */
export async function managerAddresses(config: Config): Promise<string[]> {
  const own = Object.values(networkInterfaces()).flatMap((list = []) =>
    list.map(({ address }) => address.split('%')[0]!),
  );
  return [...new Set([...own, ...(await namedAddresses(config))])];
}

/**
 * A source that may be blocked on hosts of an account.
 * @throws Refusal malformed for what is none, source_allowed for what is never blocked
 */
export async function checkSource(config: Config, text: string, allow: readonly string[]): Promise<BlockSource> {
  const source = readOr(() => readBlockSource(text), 'source');
  const guarded = allowedBy(source.range, [...(await managerAddresses(config)), ...allow]);
  if (guarded !== undefined) throw new Refusal('source_allowed', { source: source.text, entry: guarded });
  return source;
}

/** The entries in one spelling, each once. @throws Refusal malformed */
export function checkAllowList(entries: readonly string[]): string[] {
  const list = [...new Set(entries.map((entry) => readOr(() => readAllowedSource(entry), 'allow').text))];
  if (list.join(',').length > allowListTextMax)
    throw new Refusal('malformed', {
      detail: `body.allow: longer than ${allowListTextMax} characters in all; take networks together`,
    });
  return list;
}

function readOr<T>(read: () => T, where: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof NetworkFault) throw new Refusal('malformed', { detail: `body.${where}: ${error.message}` });
    throw error;
  }
}
