import { isIPv6 } from 'node:net';

/** IPv6 as it is written shortest: two programs may write one address differently. */
export const plainAddress = (address: string): string =>
  isIPv6(address) ? (URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address) : address;
