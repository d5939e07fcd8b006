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

/** An entry of a list in OSSEC's sense. */
interface Entry {
  readonly negated: boolean;
  readonly list: BlockList;
  readonly isAny: boolean;
}

/**
 * The same as OSSEC 4.x decides it: one entry after the other, the first that holds the address gives the answer; where none does, it is the
 * opposite of what the last one asked for. What is no address is in no list.
 */
export function ossecAddressTest(elements: readonly XmlElement[]): (address: string) => boolean {
  const entries = elements.map((element): Entry => {
    const text = element.text.trim();
    const negated = text.startsWith('!');
    const network = text.replace(/^!\s*/, '');
    const list = new BlockList();
    addNetwork(list, network, element);
    return { negated, list, isAny: network === 'any' };
  });
  return (written) => {
    const address = addressOf(written);
    if (!address) return false;
    for (const { negated, list, isAny } of entries) if (isAny || list.check(...address)) return !negated;
    return entries.at(-1)!.negated;
  };
}

/** An address, without what may stand around it: `!` in front, a prefix length behind. */
function addressOf(written: string): [string, 'ipv4' | 'ipv6'] | undefined {
  const text = /^!?([^/]*)(?:\/\d{1,3})?$/.exec(written)?.[1] ?? '';
  const family = isIP(text);
  if (family === 0) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (mapped) return [mapped, 'ipv4'];
  return [text, family === 4 ? 'ipv4' : 'ipv6'];
}
