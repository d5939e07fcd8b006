/**
 * Addresses as people write them in IP lists and firewall rules: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`,
 * `192.0.2.1-192.0.2.9`, the same in IPv6, `#` and what follows it is a comment. Every one of them is a range of numbers.
 */
export type AddressFamily = 4 | 6;
export type AddressRange = { readonly family: AddressFamily; readonly from: bigint; readonly to: bigint };

/** What was written is no address, port or MAC; the message is the end of a sentence that begins with what was written. */
export class NetworkFault extends Error {
  constructor(text: string, what: string) {
    super(`"${shorten(text)}" ${what}`);
    this.name = 'NetworkFault';
  }
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const bitsOf = (family: AddressFamily): number => (family === 4 ? 32 : 128);
const lastOf = (family: AddressFamily): bigint => (1n << BigInt(bitsOf(family))) - 1n;

/** What the items of a list say, one thing each: comments and empty lines are left out, and an item may hold several lines or a comma. */
export const readItems = (items: readonly string[]): string[] =>
  items
    .flatMap((item) => item.split('\n'))
    .flatMap((line) => (line.split('#')[0] ?? '').split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** @throws NetworkFault where the text is no address, network or range, or where a range ends before it begins */
export function parseAddressRange(text: string): AddressRange {
  const [first = '', second, ...more] = text.split('-');
  if (more.length > 0) throw new NetworkFault(text, 'is no range of addresses.');
  if (second === undefined) return parseNetwork(first);
  const [from, to] = [readAddress(first), readAddress(second)];
  if (from.family !== to.family) throw new NetworkFault(text, 'mixes IPv4 and IPv6.');
  if (from.value > to.value) throw new NetworkFault(text, 'ends before it begins.');
  return { family: from.family, from: from.value, to: to.value };
}

function parseNetwork(text: string): AddressRange {
  const [address = '', mask, ...more] = text.split('/');
  if (more.length > 0) throw new NetworkFault(text, 'has more than one mask.');
  return maskAddress(address, mask);
}

/**
 * The network in which an address lies; the bits behind the mask do not matter.
 * @param mask `24` or `255.255.255.0`, `64` or `ffff:ffff:ffff:ffff::`; absent: the one address
 * @throws NetworkFault
 */
export function maskAddress(address: string, mask?: string): AddressRange {
  const { family, value } = readAddress(address);
  const size = 1n << BigInt(bitsOf(family) - (mask === undefined ? bitsOf(family) : readMask(mask, family)));
  const from = (value / size) * size;
  return { family, from, to: from + size - 1n };
}

/** @returns the bits of the network part */
function readMask(text: string, family: AddressFamily): number {
  const mask = text.trim();
  const bits = bitsOf(family);
  if (/^\d{1,3}$/.test(mask)) {
    if (Number(mask) > bits) throw new NetworkFault(text, `is no mask: IPv${family} has ${bits} bits.`);
    return Number(mask);
  }
  const address = readAddress(mask);
  if (address.family !== family) throw new NetworkFault(text, `is no mask of IPv${family}.`);
  const host = lastOf(family) - address.value;
  if ((host & (host + 1n)) !== 0n) throw new NetworkFault(text, 'is no mask: its ones do not come first.');
  return bits - (host === 0n ? 0 : host.toString(2).length);
}

function readAddress(text: string): { family: AddressFamily; value: bigint } {
  const address = text.trim();
  const four = readFour(address);
  if (four !== undefined) return { family: 4, value: four };
  if (address.includes('%'))
    throw new NetworkFault(text, 'names an interface; an address of a rule holds on all of them.');
  const six = address.includes(':') ? readSix(address) : undefined;
  if (six === undefined) throw new NetworkFault(text, 'is no IP address.');
  return { family: 6, value: six };
}

function readFour(text: string): bigint | undefined {
  // A leading zero is refused: some read it as octal.
  const parts = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
    .exec(text)
    ?.slice(1)
    .map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return BigInt(parts.reduce((value, part) => value * 256 + part, 0));
}

function readSix(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(readGroups);
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) + group, 0n);
}

function readGroups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 ? readFour(part) : undefined;
    if (four !== undefined) groups.push(four >> 16n, four & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
    if (groups.length > 8) return undefined;
  }
  return groups;
}

/** The same addresses in as few ranges as can be, IPv4 first, in order, none touching another. */
export function mergeAddressRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: { family: AddressFamily; from: bigint; to: bigint }[] = [];
  for (const range of [...ranges].sort(
    (a, b) => a.family - b.family || (a.from < b.from ? -1 : a.from > b.from ? 1 : 0),
  )) {
    const last = merged.at(-1);
    if (last?.family === range.family && range.from <= last.to + 1n) last.to = range.to > last.to ? range.to : last.to;
    else merged.push({ ...range });
  }
  return merged;
}

/** One address, a network where the range is one, else `from-to`; `parseAddressRange` reads it back. */
export function formatAddressRange({ family, from, to }: AddressRange): string {
  const size = to - from + 1n;
  if (size === 1n) return formatAddress(family, from);
  if ((size & (size - 1n)) === 0n && from % size === 0n)
    return `${formatAddress(family, from)}/${bitsOf(family) - (size.toString(2).length - 1)}`;
  return `${formatAddress(family, from)}-${formatAddress(family, to)}`;
}

function formatAddress(family: AddressFamily, value: bigint): string {
  const [count, width, base] = family === 4 ? [4, 8n, 10] : [8, 16n, 16];
  const parts = Array.from({ length: count }, (_, index) =>
    ((value >> (width * BigInt(count - 1 - index))) & ((1n << width) - 1n)).toString(base),
  );
  return family === 4 ? parts.join('.') : shortenZeros(parts);
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`, the first of equals. */
function shortenZeros(groups: readonly string[]): string {
  const runs = [...groups.join(':').matchAll(/(?<![^:])0(?::0)+(?![^:])/g)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    undefined,
  );
  if (!longest) return groups.join(':');
  const text = groups.join(':');
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
