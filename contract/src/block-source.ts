import { type AddressRange, formatAddressRange, NetworkFault, parseAddressRange } from './network-address.ts';

/** Sources that are blocked at hosts (S75): one form of writing, and what is never blocked. */

/** How long a source may stay blocked: up to thirty days. */
export const blockMinutes = { min: 1, usual: 60, max: 43_200 } as const;

/** As one text; a list of what is never blocked has to fit into the facts of a task, so that hosts guard it too. */
export const allowListTextMax = 1700;

/** Shorter prefixes than these are no source any more but a part of the world. */
const prefixMin = { 4: 8, 6: 16 } as const;
const bits = { 4: 32, 6: 128 } as const;

/** Loopback, unspecified, link-local neighbours and multicast: blocking them stops the host itself. */
const never: readonly AddressRange[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '224.0.0.0/4',
  '255.255.255.255',
  '::/127',
  'fe80::/10',
  'ff00::/8',
].map(parseAddressRange);

export type BlockSource = { readonly text: string; readonly range: AddressRange };

/**
 * An address or a network, in the form in which hosts and people know it (`203.0.113.7`, `203.0.113.0/24`, `2001:db8::/64`).
 * @throws NetworkFault where it is none, is too large, or holds what must never be blocked
 */
export function readBlockSource(text: string): BlockSource {
  if (text.includes('-')) throw new NetworkFault(text, 'is no address and no network.');
  const range = parseAddressRange(text.trim());
  if (prefixOf(range) < prefixMin[range.family]) throw new NetworkFault(text, 'is too large to be a source.');
  if (never.some((one) => overlap(one, range)))
    throw new NetworkFault(text, 'is never blocked: hosts need it themselves.');
  return { text: formatAddressRange(range), range };
}

/** An entry of a list of what is never blocked. @throws NetworkFault */
export function readAllowedSource(text: string): BlockSource {
  if (text.includes('-')) throw new NetworkFault(text, 'is no address and no network.');
  const range = parseAddressRange(text.trim());
  return { text: formatAddressRange(range), range };
}

const prefixOf = ({ family, from, to }: AddressRange): number =>
  bits[family] - ((to - from + 1n).toString(2).length - 1);

export const overlap = (one: AddressRange, other: AddressRange): boolean =>
  one.family === other.family && one.from <= other.to && other.from <= one.to;

export const covers = (outer: AddressRange, inner: AddressRange): boolean =>
  outer.family === inner.family && outer.from <= inner.from && inner.to <= outer.to;

/** The first of the entries that has to do with this source. Entries that are none are passed over. */
export function allowedBy(source: AddressRange, entries: readonly string[]): string | undefined {
  return entries.find((entry) => {
    try {
      return overlap(readAllowedSource(entry).range, source);
    } catch {
      return false;
    }
  });
}

/** Facts of a task hold three hundred characters each: a list as a few of them, and back. */
export function allowFacts(entries: readonly string[]): Record<string, string> {
  const parts: string[] = [''];
  for (const entry of entries) {
    const last = parts.at(-1)!;
    if (last.length + entry.length + 1 > 300) parts.push(entry);
    else parts[parts.length - 1] = last ? `${last},${entry}` : entry;
  }
  return Object.fromEntries(parts.filter(Boolean).map((part, place) => [`allow${place}`, part]));
}

export const entriesOfFacts = (facts: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(facts).flatMap(([name, value]) =>
    /^allow\d$/.test(name) && typeof value === 'string' ? value.split(',').filter(Boolean) : [],
  );
