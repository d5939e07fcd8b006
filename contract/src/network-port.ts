import { NetworkFault } from './network-address.ts';

/** Ports and hardware addresses as people write them in lists and firewall rules. */
export type PortRange = readonly [from: number, to: number];

const portMax = 65_535;

/**
 * @param text `22` or `1000-2000`
 * @throws NetworkFault where it is no port, or where a range ends before it begins
 */
export function parsePortRange(text: string): PortRange {
  const match = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(text.trim());
  if (!match) throw new NetworkFault(text, 'is no port and no range of ports.');
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (Math.max(from, to) > portMax) throw new NetworkFault(text, `is no port: the last one is ${portMax}.`);
  if (from > to) throw new NetworkFault(text, 'ends before it begins.');
  return [from, to];
}

/** The same ports in as few ranges as can be, in order, none touching another. */
export function mergePortRanges(ranges: readonly PortRange[]): PortRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export const formatPortRange = ([from, to]: PortRange): string => (from === to ? `${from}` : `${from}-${to}`);

/**
 * @param text `00:1b:44:11:3a:b7`, with `-` in place of `:`, or the twelve digits alone
 * @returns in lower case with colons
 * @throws NetworkFault
 */
export function parseMac(text: string): string {
  const digits = text.trim().toLowerCase();
  if (!/^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}|[0-9a-f]{10})$/.test(digits))
    throw new NetworkFault(text, 'is no MAC address.');
  return digits.replace(/[:-]/g, '').replace(/..(?!$)/g, '$&:');
}
