import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AlertDefinition,
  type AlertGuidance,
  checkAlertDefinitions,
  conflictsOf,
  definitionFor,
  Refusal,
} from '@sakimori/contract';
import { type Config, ConfigFault } from '../platform/index.ts';

const shippedFolder = join(import.meta.dirname, '../../../rules/alerts');

/** What becomes an alert, read once at the start: what is shipped, and what the provider's own folder says instead of it or besides. */
export class AlertDefinitions {
  readonly all: readonly AlertDefinition[];
  readonly #byId: ReadonlyMap<string, AlertDefinition>;
  readonly #byKind: ReadonlyMap<string, AlertDefinition>;
  /** Kinds of detection that tell of an end, with what they end. */
  readonly #endedBy: ReadonlyMap<string, readonly AlertDefinition[]>;

  private constructor(all: readonly AlertDefinition[]) {
    this.all = all;
    this.#byId = new Map(all.map((definition) => [definition.id, definition]));
    this.#byKind = new Map(all.flatMap((definition) => definition.kinds.map((kind) => [kind, definition] as const)));
    const ends = all.flatMap((definition) =>
      definition.resolve.by === 'recovery' ? definition.resolve.kinds.map((kind) => ({ kind, definition })) : [],
    );
    this.#endedBy = new Map(
      [...Map.groupBy(ends, ({ kind }) => kind)].map(([kind, list]) => [
        kind,
        list.map(({ definition }) => definition),
      ]),
    );
  }

  /**
   * A definition of the provider's own replaces the shipped one of the same id.
   * @throws ConfigFault with every fault of every file, and what is wrong among them
   */
  static read(config: Pick<Config, 'SAKIMORI_ALERTS'>): AlertDefinitions {
    const own = config.SAKIMORI_ALERTS;
    const faults: string[] = [];
    if (own !== undefined && !existsSync(own)) faults.push(`SAKIMORI_ALERTS: there is no folder ${own}`);
    const read = (folder: string) =>
      filesIn(folder).flatMap((path) => {
        const { definitions, faults: found } = checkAlertDefinitions(readFileSync(path, 'utf8'));
        faults.push(...found.map((fault) => `${path}: ${fault.path || '(file)'}: ${fault.problem}`));
        return definitions;
      });
    const ours = own === undefined ? [] : read(own);
    const replaced = new Set(ours.map(({ id }) => id));
    const all = [...read(shippedFolder).filter(({ id }) => !replaced.has(id)), ...ours];
    if (faults.length === 0) faults.push(...conflictsOf(all).map((problem) => `${own ?? shippedFolder}: ${problem}`));
    if (faults.length > 0) throw new ConfigFault(faults);
    return new AlertDefinitions(all);
  }

  /** Of a kind of detection. There always is one. */
  of(kind: string): AlertDefinition {
    return definitionFor(this.#byKind, kind)!;
  }

  /** @throws Refusal `not_found` */
  get(id: string): AlertDefinition {
    const definition = this.#byId.get(id);
    if (!definition) throw new Refusal('not_found', { what: 'alertDefinition' });
    return definition;
  }

  /** What a detection of this kind brings to an end. */
  endedBy(kind: string): readonly AlertDefinition[] {
    return this.#endedBy.get(kind) ?? [];
  }
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(folder, name))
    : [];

const kept = new Map<string, AlertDefinitions>();

/** The definitions of this process. They were read, and found right, when the manager started. */
export function definitionsOf({ config }: { readonly config: Pick<Config, 'SAKIMORI_ALERTS'> }): AlertDefinitions {
  const place = config.SAKIMORI_ALERTS ?? '';
  const known = kept.get(place) ?? AlertDefinitions.read(config);
  kept.set(place, known);
  return known;
}

/** Why there is such an alert and what to do next; more precisely where its facts name a cause. */
export function guidanceOf(definition: AlertDefinition, cause: unknown): AlertGuidance {
  const next = (typeof cause === 'string' && definition.nextByCause?.[cause]) || definition.next;
  return { definitionId: definition.id, name: definition.name, cause: definition.cause, next };
}
