import { X509Certificate } from 'node:crypto';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { Refusal, type RemoteReach } from '@sakimori/contract';
import { isInnerAddress } from '../connectors/index.ts';

/** Networks that are somebody's own: reached only where the tenant stands on premises. */
const own = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
] as const)
  own.addSubnet(network, prefix, 'ipv4');
own.addSubnet('fc00::', 7, 'ipv6');

/**
 * Whether an address may not be asked: this machine, its link and clouds' metadata never, private networks only where the tenant is on premises.
 * @param allowed addresses that whoever runs this manager allows all the same (`SAKIMORI_REMOTE_ALLOWED_ADDRESSES`)
 */
export function isRefused(address: string, reach: RemoteReach, allowed: readonly string[]): boolean {
  if (allowed.includes(address)) return false;
  if (isInnerAddress(address)) return true;
  return reach === 'public' && isIP(address) !== 0 && own.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

const refused = (reason: string): Refusal => new Refusal('remote_address_refused', { reason });

/** Where the API of Cloud One lies in a region. */
export const addressOfRegion = (region: string): string => `https://workload.${region}.cloudone.trendmicro.com`;

/**
 * The base of the API without its `/api`: `https://dsm.example:4119`.
 * @throws Refusal `remote_address_refused`
 */
export function readAddress(given: string, reach: RemoteReach, allowed: readonly string[]): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw refused('not an address');
  }
  if (url.protocol !== 'https:') throw refused('not https');
  if (url.username !== '' || url.password !== '') throw refused('holds a name or a password');
  if (url.search !== '' || url.hash !== '') throw refused('holds a query');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isName = isIP(host) === 0;
  if (isName && (/(^|\.)localhost\.?$/i.test(host) || !host.includes('.')) && !allowed.includes(host))
    throw refused(`a name of this machine or its network: ${host.slice(0, 60)}`);
  if (!isName && isRefused(host, reach, allowed)) throw refused(`not to be asked: ${host}`);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  if (!/^(\/[\w.~-]{1,60}){0,4}$/.test(path)) throw refused('a strange path');
  return `${url.origin}${path}`;
}

/** The certificate as it is kept, and its fingerprint. @throws Refusal */
export function readCertificate(pem: string): { readonly pem: string; readonly fingerprint: string } {
  try {
    const read = new X509Certificate(pem);
    return { pem: read.toString(), fingerprint: read.fingerprint256 };
  } catch {
    throw refused('the certificate cannot be read (PEM)');
  }
}
