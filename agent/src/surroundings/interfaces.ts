import { readFileSync } from 'node:fs';

/** Names of the interfaces of this network namespace; `/sys` may show those of another. */
export const interfaceNames = (): string[] =>
  readText('/proc/net/dev')
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(':')[0]?.trim() || [])
    .sort();

/** Interfaces that lead everywhere, IPv4's first. */
export function defaultRouteInterfaces(): string[] {
  const four = readText('/proc/net/route')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, to, , flags, , , , mask]) => to === '00000000' && mask === '00000000' && isUp(flags))
    .map(([name]) => name ?? '');
  const six = readText('/proc/net/ipv6_route')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([to, length, , , , , , , flags, name]) =>
        /^0{32}$/.test(to ?? '') && length === '00' && isUp(flags) && name !== 'lo',
    )
    .map((words) => words[9] ?? '');
  return [...new Set([...four, ...six])];
}

const [up, refused] = [0x1, 0x200];
const isUp = (flags = '0'): boolean => {
  const bits = Number.parseInt(flags, 16);
  return (bits & up) !== 0 && (bits & refused) === 0;
};

/** Hardware types of tunnels (if_arp.h): PPP, IP in IP, GRE, SIT, and none at all, as WireGuard and tun have. */
const tunnelTypes: readonly string[] = ['512', '768', '769', '776', '778', '823', '65534'];

export const isVpn = (name: string): boolean =>
  /^(tun|tap|wg|ppp|ipsec|vti|xfrm)/.test(name) || tunnelTypes.includes(readText(`/sys/class/net/${name}/type`).trim());

/** Gives interfaces by their numbers, and asks the kernel only for those it does not know. */
export class InterfaceNames {
  readonly #names = new Map<number, string>();

  /** @returns undefined where the interface is gone */
  nameOf(index: number): string | undefined {
    const known = this.#names.get(index);
    if (known && indexOf(known) === index) return known;
    this.#names.clear();
    for (const name of interfaceNames()) this.#names.set(indexOf(name), name);
    return this.#names.get(index);
  }
}

function indexOf(name: string): number {
  const line = /^ifIndex\s+(\d+)/.exec(readText(`/proc/net/dev_snmp6/${name}`));
  return Number(line?.[1] ?? readText(`/sys/class/net/${name}/ifindex`)) || 0;
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
