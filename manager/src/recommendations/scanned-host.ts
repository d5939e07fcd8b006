import type { HostInventory, InstalledPackage, ListeningService } from '@sakimori/contract';
import { compileGlob } from './glob.ts';

/** An inventory, ready to be asked about thousands of rules: each pattern is looked up once. */
export class ScannedHost {
  readonly osId: string;
  readonly #packages: Map<string, InstalledPackage[]>;
  readonly #services: Map<string, ListeningService[]>;
  readonly #processes: readonly string[];
  readonly #packagesByGlob = new Map<string, readonly InstalledPackage[]>();
  readonly #processByGlob = new Map<string, string | undefined>();

  constructor(inventory: HostInventory) {
    this.osId = inventory.os.id;
    this.#packages = Map.groupBy(inventory.packages, ({ name }) => name);
    this.#services = Map.groupBy(inventory.services, ({ protocol, port }) => `${protocol}/${port}`);
    const listening = inventory.services.flatMap(({ process }) => (process === undefined ? [] : [process]));
    this.#processes = [...new Set([...inventory.processes, ...listening])];
  }

  /** Installed packages whose name is meant by the pattern. */
  packages(pattern: string): readonly InstalledPackage[] {
    let found = this.#packagesByGlob.get(pattern);
    if (!found) {
      const glob = compileGlob(pattern);
      found = glob.isExact
        ? (this.#packages.get(pattern) ?? [])
        : [...this.#packages].flatMap(([name, packages]) => (glob.matches(name) ? packages : []));
      this.#packagesByGlob.set(pattern, found);
    }
    return found;
  }

  /** @param where `tcp/80` */
  services(where: string): readonly ListeningService[] {
    return this.#services.get(where) ?? [];
  }

  /** A running program whose name is meant by the pattern. */
  process(pattern: string): string | undefined {
    if (!this.#processByGlob.has(pattern)) {
      const glob = compileGlob(pattern);
      this.#processByGlob.set(pattern, this.#processes.find(glob.matches));
    }
    return this.#processByGlob.get(pattern);
  }
}
