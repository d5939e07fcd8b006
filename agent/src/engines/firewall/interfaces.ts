import { readFileSync } from 'node:fs';

/** Names of the interfaces of this network namespace; `/sys` may show those of another. */
export const interfaceNames = (): string[] =>
  readText('/proc/net/dev')
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(':')[0]?.trim() || [])
    .sort();

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

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
