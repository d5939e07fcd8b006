import { addressText, canonicalAddress, canonicalHost, type WebAddress } from './address.ts';
import type { WebEntryKind } from './entry.ts';

/** The name that a table knows an entry by, in its one form. */
export type NamedEntry = { readonly kind: WebEntryKind; readonly text: string };

/**
 * An entry as people and feeds write it: `example.com` (or `*.example.com`, `.example.com`) is a domain, `example.com/` and `http://example.com` are one address,
 * `example.com/shop/*` is a prefix.
 * @returns a word for what is wrong, a key below `web.fault.`, where it is none of them
 */
export function readEntry(
  written: string,
): NamedEntry | { readonly fault: 'no_address' | 'wildcard' | 'public_suffix' } {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(written);
  const isBareSix = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(written);
  const hasPort = !isBareSix && /:\d+$/.test(written);
  if (!hasScheme && !hasPort && !/[/?#]/.test(written)) {
    const host = canonicalHost(written.replace(/^\*?\./, ''));
    if (host === undefined) return { fault: written.includes('*') ? 'wildcard' : 'no_address' };
    return host.includes('.') || host.includes(':') ? { kind: 'domain', text: host } : { fault: 'public_suffix' };
  }
  const isPrefix = /\/\*$/.test(written);
  const text = isPrefix ? written.slice(0, -1) : written;
  if (/^[^/]*\*|^[a-z]+:\/\/[^/]*\*/i.test(text)) return { fault: 'wildcard' };
  const address = canonicalAddress(text);
  if (!address) return { fault: 'no_address' };
  return { kind: isPrefix ? 'prefix' : 'address', text: addressText(address) };
}

/** So many steps of a path, and names above a name, are looked at. */
const [stepsMax, parentsMax] = [16, 16];

/** Calls `look` with every name under which a table may know this address: parents of the host, the address, and what it begins with. */
export function eachName(address: WebAddress, look: (kind: WebEntryKind, text: string) => void): void {
  const { host, isIp, path } = address;
  look('domain', host);
  if (!isIp) {
    // The last label alone is nobody's.
    let [at, last, parents] = [host.indexOf('.'), host.lastIndexOf('.'), 0];
    for (; at >= 0 && at < last && parents < parentsMax; parents += 1) {
      look('domain', host.slice(at + 1));
      at = host.indexOf('.', at + 1);
    }
  }
  if (path === undefined) return;
  lookAtPath(addressText({ host, isIp }), path, look);
  // What is said of a host without a port holds for all of its ports.
  if (address.port !== undefined) lookAtPath(addressText({ host, isIp, port: address.port }), path, look);
}

function lookAtPath(site: string, path: string, look: (kind: WebEntryKind, text: string) => void): void {
  look('address', site + path);
  const cut = path.indexOf('?');
  const end = cut < 0 ? path.length : cut;
  if (cut >= 0) look('address', site + path.slice(0, cut));
  let at = path.indexOf('/');
  for (let steps = 0; at >= 0 && at < end && steps < stepsMax; steps += 1) {
    look('prefix', site + path.slice(0, at + 1));
    at = path.indexOf('/', at + 1);
  }
}
