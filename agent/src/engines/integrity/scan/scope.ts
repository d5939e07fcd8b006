import type { IntegrityRule, Relation } from '../rules.ts';

/** Which paths a scan is about. Paths as in `path-bytes.ts`. */
export interface Scope {
  relate(path: string): Relation;
  /** May a path of interest lie below this folder? */
  leadsOn(folder: string): boolean;
  /** In a folder that leads on: the only names worth a look, `undefined` for all. */
  stepsFrom(folder: string): ReadonlySet<string> | undefined;
  needsContent(path: string): boolean;
  /** Is everything below this folder of interest, with its content? */
  isWhole(folder: string): boolean;
}

/** What a scope is made of, as it goes to a worker and stands in a database. */
export type ScopePlan = {
  /** Everything at and below these absolute paths … */
  readonly roots?: readonly string[];
  /** … or what these rules watch. */
  readonly rules?: readonly IntegrityRule[];
  /** Never looked at, with all below: the database itself. */
  readonly never: readonly string[];
  /** With `roots`: is the content of files of interest? With rules they say so themselves. */
  readonly content: boolean;
};

/** @throws PolicyFault for a path or pattern of a rule that is none */
export async function createScope(plan: ScopePlan): Promise<Scope> {
  if (!plan.rules) return new RootScope(plan);
  // Loaded where it is needed: a worker without rules stays smaller.
  const { RuleSet } = await import('../rules.ts');
  const rules = new RuleSet(plan.rules, plan.never);
  return {
    relate: (path) => rules.relate(path),
    leadsOn: (folder) => rules.leadsOn(folder),
    stepsFrom: (folder) => (rules.relate(folder) === 'inside' ? undefined : rules.stepsFrom(folder)),
    needsContent: (path) => rules.needsContent(path),
    isWhole: () => false,
  };
}

/** Everything below some paths. Unlike those of rules they are no patterns: a `*` in them is a character. */
class RootScope implements Scope {
  readonly #roots: readonly string[];
  readonly #never: readonly string[];
  readonly #content: boolean;

  constructor({ roots = [], never, content }: ScopePlan) {
    this.#roots = roots;
    this.#never = never;
    this.#content = content;
  }

  relate(path: string): Relation {
    if (this.#never.some((one) => isAtOrBelow(path, one))) return 'none';
    if (this.#covers(path)) return 'inside';
    return this.#roots.some((root) => isAtOrBelow(root, path)) ? 'toward' : 'none';
  }

  leadsOn(folder: string): boolean {
    return this.relate(folder) !== 'none';
  }

  stepsFrom(folder: string): ReadonlySet<string> | undefined {
    if (this.#covers(folder)) return undefined;
    const start = folder === '/' ? 1 : folder.length + 1;
    const below = this.#roots.filter((root) => isAtOrBelow(root, folder));
    return new Set(below.map((root) => root.slice(start).split('/')[0]!));
  }

  needsContent(): boolean {
    return this.#content;
  }

  isWhole(folder: string): boolean {
    return this.#content && this.#covers(folder) && !this.#never.some((one) => isAtOrBelow(one, folder));
  }

  #covers(path: string): boolean {
    return this.#roots.some((root) => isAtOrBelow(path, root));
  }
}

/** Both as absolute paths without a `/` at the end, `/` itself apart. */
export const isAtOrBelow = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || (path.startsWith(folder) && path[folder.length] === '/');
