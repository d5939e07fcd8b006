import { isIPv6, SocketAddress } from 'node:net';

/** The one way of writing an address: Suricata and the kernel write IPv6 differently. */
export const plainAddress = (address: string): string =>
  isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
