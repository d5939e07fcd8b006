/** A path that cannot be in a set: not absolute, with `..`, or with `**` in the middle of a name. */
export class PathFault extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'PathFault';
  }
}

/**
 * A set of absolute paths and patterns. In a pattern `*` and `?` match within one name and `**` matches any number of names, as in `/srv/**.conf`.
 * A path covers itself and everything below it; in an **exact** set itself alone, so that `/srv/*` is the direct children of `/srv` and `/srv/**`
 * is `/srv` and everything below. Matching never takes more steps than pattern length × path length, whatever the pattern.
 */
export class PathSet {
  /** Covered with everything below. */
  readonly #trees = new Set<string>();
  /** Covered alone. */
  readonly #points = new Set<string>();
  /** Every folder above a literal → the names that lead on from there. */
  readonly #literalSteps = new Map<string, Set<string>>();
  readonly #patterns: readonly Pattern[];

  /** @throws PathFault for a path that is not absolute, has `..`, or a `**` in the middle of a name. */
  constructor(paths: readonly string[], isExact = false) {
    const patterns: Pattern[] = [];
    for (const path of paths) {
      const given = splitPath(path);
      const names = isExact ? given.flatMap(expandExactName) : given;
      const isTree = !isExact || names.at(-1) === '**';
      const literal = isExact && isTree ? names.slice(0, -1) : names;
      if (literal.some(isWild)) patterns.push(toPattern(isExact ? names : names.flatMap(expandName), isExact));
      else this.#addLiteral(literal, isTree ? this.#trees : this.#points);
    }
    this.#patterns = patterns;
  }

  #addLiteral(names: readonly string[], set: Set<string>): void {
    let folder = '';
    for (const name of names) {
      const above = folder === '' ? '/' : folder;
      const steps = this.#literalSteps.get(above) ?? new Set();
      this.#literalSteps.set(above, steps.add(name));
      folder += `/${name}`;
    }
    set.add(folder === '' ? '/' : folder);
  }

  /** Is this path in the set? */
  covers(path: string): boolean {
    return this.#points.has(path) || this.#isInTree(path) || this.#somePattern(path, () => true);
  }

  /** Is everything in the set that is, or may come to be, below this path? */
  coversBelow(path: string): boolean {
    return this.#isInTree(path) || this.#somePattern(path, ({ isTree }) => isTree);
  }

  #isInTree(path: string): boolean {
    // A rule has few trees: looking at each costs less than looking for every folder above the path.
    if (this.#trees.size > fewTrees) return this.#isBelowTree(path);
    for (const tree of this.#trees) {
      const isBeginning = path.startsWith(tree);
      if (isBeginning && (path.length === tree.length || path[tree.length] === '/' || tree === '/')) return true;
    }
    return false;
  }

  #isBelowTree(path: string): boolean {
    if (this.#trees.has('/')) return true;
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (this.#trees.has(path.slice(0, end))) return true;
    }
    return false;
  }

  #somePattern(path: string, isMeant: (pattern: Pattern) => boolean): boolean {
    let names: string[] | undefined;
    for (const pattern of this.#patterns) {
      if (!path.startsWith(pattern.head) || !isMeant(pattern)) continue;
      names ??= namesOf(path);
      if (matchNames(pattern.whole, names)) return true;
    }
    return false;
  }

  /** Can a path that the set names lie below this folder? */
  leadsOn(folder: string): boolean {
    return this.#literalSteps.has(folder) || this.#somePatternBegins(folder);
  }

  /** The only names worth looking at in a folder that leads on, or `undefined` when a pattern could match any. */
  stepsFrom(folder: string): ReadonlySet<string> | undefined {
    if (this.#somePatternBegins(folder)) return undefined;
    return this.#literalSteps.get(folder) ?? new Set();
  }

  /** Could a longer path that begins with this folder match a pattern? */
  #somePatternBegins(folder: string): boolean {
    let names: string[] | undefined;
    for (const pattern of this.#patterns) {
      if (!folder.startsWith(pattern.head) && !pattern.head.startsWith(folder)) continue;
      names ??= namesOf(folder);
      if (matchesStart(pattern.names, names)) return true;
    }
    return false;
  }
}

const fewTrees = 20;

type Pattern = {
  readonly names: readonly string[];
  /** What a covered path must match. */
  readonly whole: readonly string[];
  /** Does it cover what is below its matches? */
  readonly isTree: boolean;
  /** Every path that it covers begins so: most paths are told apart by this alone. */
  readonly head: string;
};

function toPattern(names: readonly string[], isExact: boolean): Pattern {
  const literal = names.slice(0, names.findIndex(isWild));
  return {
    names,
    whole: isExact ? names : [...names, '**'],
    isTree: !isExact || names.at(-1) === '**',
    head: literal.map((name) => `/${name}`).join(''),
  };
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');
const isWild = (name: string) => name.includes('*') || name.includes('?');

function splitPath(path: string): string[] {
  if (!path.startsWith('/')) throw new PathFault(`the path ${JSON.stringify(path)} is not absolute`);
  const names = namesOf(path).filter((name) => name !== '.');
  if (names.includes('..')) throw new PathFault(`the path ${JSON.stringify(path)} contains ".."`);
  return names;
}

/** `**.conf` means any folder and then `*.conf`; `conf**` is `conf*`, since what is below is covered anyway. */
function expandName(name: string): string[] {
  const names = expandExactName(name);
  return names.length === 2 && names[1] === '**' ? [names[0]!] : names;
}

/** `conf**` is `conf*` and all below it. */
function expandExactName(name: string): string[] {
  if (name === '**' || !name.includes('**')) return [name];
  if (name.startsWith('**') && !name.slice(2).includes('**')) return ['**', `*${name.slice(2)}`];
  if (name.endsWith('**') && !name.slice(0, -2).includes('**')) return [`${name.slice(0, -2)}*`, '**'];
  throw new PathFault(`"**" must be a whole name, its beginning or its end: ${JSON.stringify(name)}`);
}

/** Does the pattern match all these names? Going back only to the last `**` is enough, as for `*` in a single name. */
function matchNames(pattern: readonly string[], names: readonly string[]): boolean {
  return matchWild(pattern.length, names.length, {
    isStar: (index) => pattern[index] === '**',
    equal: (index, at) => matchName(pattern[index]!, names[at]!),
  });
}

/** Whether a name is what a pattern with `*` and `?` stands for; in as many steps as both are long, multiplied, at most. */
export function matchName(pattern: string, name: string): boolean {
  if (!isWild(pattern)) return pattern === name;
  return matchWild(pattern.length, name.length, {
    isStar: (index) => pattern[index] === '*',
    equal: (index, at) => pattern[index] === '?' || pattern[index] === name[at],
  });
}

function matchWild(
  patternLength: number,
  length: number,
  by: { isStar(index: number): boolean; equal(index: number, at: number): boolean },
): boolean {
  let index = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < length) {
    if (index < patternLength && by.isStar(index)) {
      star = index;
      starAt = at;
      index += 1;
    } else if (index < patternLength && by.equal(index, at)) {
      index += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      index = star + 1;
    } else return false;
  }
  while (index < patternLength && by.isStar(index)) index += 1;
  return index === patternLength;
}

/** Could a longer path that begins with these names match? */
function matchesStart(pattern: readonly string[], names: readonly string[]): boolean {
  for (const [index, name] of names.entries()) {
    const expected = pattern[index];
    if (expected === '**') return true;
    if (expected === undefined || !matchName(expected, name)) return false;
  }
  return names.length < pattern.length;
}
