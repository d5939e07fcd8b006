import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkEdition, type Edition, type EditionSummary, Refusal } from '@sakimori/contract';
import { type Config, ConfigFault } from '../platform/index.ts';

const shippedFolder = join(import.meta.dirname, '../../../rules/editions');

/** The editions that this manager knows, read once at its start. They lie side by side; contracts pin one each. */
export class Editions {
  readonly #byId: ReadonlyMap<string, Edition>;
  readonly #defaultId: string;
  private constructor(byId: ReadonlyMap<string, Edition>, defaultId: string) {
    this.#byId = byId;
    this.#defaultId = defaultId;
  }

  /**
   * Reads what is shipped and what lies in the provider's own folder.
   * @throws ConfigFault with every fault of every file, an id that two files have, and a default that is not there
   */
  static read(config: Pick<Config, 'SAKIMORI_EDITIONS' | 'SAKIMORI_EDITION'>): Editions {
    const { SAKIMORI_EDITIONS: own, SAKIMORI_EDITION: defaultId } = config;
    const faults: string[] = [];
    const byId = new Map<string, Edition>();
    const placeOf = new Map<string, string>();
    if (own !== undefined && !existsSync(own)) faults.push(`SAKIMORI_EDITIONS: there is no folder ${own}`);
    for (const path of [shippedFolder, ...(own === undefined ? [] : [own])].flatMap(filesIn)) {
      const checked = checkEdition(readFileSync(path, 'utf8'));
      faults.push(...checked.faults.map((fault) => `${path}: ${fault.path || '(file)'}: ${fault.problem}`));
      if (!checked.edition) continue;
      const { id } = checked.edition;
      if (placeOf.has(id)) faults.push(`${path}: id: ${id} is the id of ${placeOf.get(id)} already`);
      placeOf.set(id, path);
      byId.set(id, checked.edition);
    }
    if (faults.length === 0 && !byId.has(defaultId))
      faults.push(`SAKIMORI_EDITION: there is no edition ${defaultId}, only ${[...byId.keys()].join(', ')}`);
    if (faults.length > 0) throw new ConfigFault(faults);
    return new Editions(byId, defaultId);
  }

  get all(): readonly Edition[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  /** The edition of new contracts, and of accounts without one. */
  get standard(): Edition {
    return this.get(this.#defaultId);
  }
  has(id: string): boolean {
    return this.#byId.has(id);
  }
  /** @throws Refusal `not_found` */
  get(id: string): Edition {
    const edition = this.#byId.get(id);
    if (!edition) throw new Refusal('not_found', { what: 'edition' });
    return edition;
  }
  summaryOf({ id, name, title }: Edition): EditionSummary {
    return { id, name, title, isDefault: id === this.#defaultId };
  }
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(folder, name))
    : [];
