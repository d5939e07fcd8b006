import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Addresses that a host named by a customer may not stand for: this machine itself, its link and the metadata services of the clouds.
 * Private networks are allowed: that is where a vCenter lives.
 */
const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32], // metadata of Alibaba Cloud
  ['168.63.129.16', 32], // the host's services of Azure
  ['224.0.0.0', 3], // multicast, reserved, broadcast
] as const)
  inner.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127], // unspecified and loopback
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32], // metadata of AWS
  ['64:ff9b::', 96], // IPv4 behind NAT64: what it stands for cannot be told from here
] as const)
  inner.addSubnet(network, prefix, 'ipv6');

/** Whether an address (not a name) is one of ours. IPv4 in IPv6 clothes counts as IPv4. */
export function isInnerAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  return inner.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
