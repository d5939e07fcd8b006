import { BlockList, isIP } from 'node:net';
import { RuleFileFault } from '../fault.ts';
import type { XmlElement } from '../xml.ts';

/**
 * `<srcip>` and `<dstip>`: addresses and networks (`192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `2001:db8::/32`, `any`), `!` in
 * front for all but these. Several elements are alternatives; one with `!` makes the whole list a list of exceptions, as in OSSEC.
 */
export function addressTest(elements: readonly XmlElement[]): (address: string) => boolean {
  const list = new BlockList();
  let negated = false;
  for (const element of elements) {
    const text = element.text.trim();
    if (text.startsWith('!')) negated = true;
    addNetwork(list, text.replace(/^!\s*/, ''), element);
  }
  return (address) => {
    const family = isIP(address);
    if (family === 0) return false;
    return list.check(address, family === 4 ? 'ipv4' : 'ipv6') !== negated;
  };
}

function addNetwork(list: BlockList, text: string, element: XmlElement): void {
  if (text === 'any') {
    list.addSubnet('0.0.0.0', 0, 'ipv4');
    list.addSubnet('::', 0, 'ipv6');
    return;
  }
  const [address = '', mask] = text.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = mask === undefined ? bits : prefixOf(mask, family);
  if (family === 0 || prefix === undefined || prefix > bits) {
    throw new RuleFileFault(element.place, `\`${text}\` is no address and no network`);
  }
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
}

function prefixOf(mask: string, family: number): number | undefined {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  if (family !== 4 || isIP(mask) !== 4) return undefined;
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}
