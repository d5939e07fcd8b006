import { posix } from 'node:path';
import { IntegrityRuleFault, type Place, type UnsupportedPart } from './integrity-fault.ts';

/** The longest path of Linux, and of the contract. */
const pathMax = 4096;

/** The folders that `~` stands for. A host has more than one home, and only it knows where unusual ones are. */
const homes = ['/root', '/home/*'];

export type Reading<Value> = { readonly value: Value } | { readonly unsupported: UnsupportedPart };

/**
 * A base directory as absolute paths: `~` is every usual home folder, `..` is resolved.
 * @returns several where `~` stands for several; what only another system or the host itself could resolve is unsupported
 * @throws IntegrityRuleFault where it is no absolute path
 */
export function readBase(base: string, place?: Place): Reading<readonly string[]> {
  const given = base.trim();
  const variable = readVariable(given, place);
  if (variable) return variable;
  const foreign = foreignPart(given, place);
  if (foreign) return { unsupported: foreign };
  const home = /^~(?<user>[^/]*)(?<rest>\/.*)?$/.exec(given)?.groups;
  if (home?.['user'] && home['user'] !== 'root') {
    const reason = 'Where the home folder of this user is, only the host knows. Write the path instead.';
    return { unsupported: { code: 'variable', what: `~${home['user']}`, reason, ...(place ? { place } : {}) } };
  }
  const bases = !home ? [given] : (home['user'] ? ['/root'] : homes).map((folder) => folder + (home['rest'] ?? ''));
  return { value: bases.map((one) => normalize(one, base, place)) };
}

/** A base that begins with a variable of the environment: `${env.NAME}` as in the public language, or `%NAME%`. What it is, each host says itself. */
function readVariable(base: string, place?: Place): Reading<readonly string[]> | undefined {
  const match = /^(?:\$\{env\.([A-Za-z_]\w{0,99})\}|%([A-Za-z_]\w{0,99})%)(\/.*)?$/i.exec(base);
  if (!match) return undefined;
  const rest = match[3] ?? '';
  if (rest.split('/').includes('..'))
    throw new IntegrityRuleFault(`The base directory ${quote(base)} has ".." after a variable.`, place);
  const foreign = foreignPart(rest, place);
  if (foreign) return { unsupported: foreign };
  const below = rest === '' ? '' : normalize(rest, base, place);
  return { value: [`\${env.${match[1] ?? match[2]}}${below}`] };
}

function normalize(path: string, given: string, place?: Place): string {
  if (!path.startsWith('/'))
    throw new IntegrityRuleFault(`The base directory ${quote(given)} must be an absolute path.`, place);
  const [beforeWild] = path.split(/[*?]/, 1);
  if (path.slice(beforeWild!.length).split('/').includes('..'))
    throw new IntegrityRuleFault(`The base directory ${quote(given)} has ".." after a wildcard.`, place);
  const normal = posix.normalize(path).replace(/\/+$/, '');
  checkNames(normal, place);
  return normal;
}

/**
 * A key, relative to the base, as a pattern below each base. `*` and `?` match within one name, `**` across names.
 * @throws IntegrityRuleFault for `..`, a `**` within a name, or a path that is too long
 */
export function readKey(bases: readonly string[], key: string, place?: Place): Reading<readonly string[]> {
  const foreign = foreignPart(key, place);
  if (foreign) return { unsupported: foreign };
  const names = key.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw new IntegrityRuleFault(`The pattern ${quote(key)} has "..".`, place);
  if (key.endsWith('/') && names.length > 0) names.push('**');
  const below = names.map((name) => `/${name}`).join('');
  checkNames(below, place);
  const paths = bases.map((base) => `${base}${below}` || '/');
  if (paths.some((path) => path.length > pathMax))
    throw new IntegrityRuleFault(`A path may have at most ${pathMax} characters.`, place);
  return { value: paths };
}

function checkNames(path: string, place?: Place): void {
  const wrong = path.split('/').find((name) => name !== '**' && /\*\*.*\*\*|[^*]\*\*[^*]|\*{3}/s.test(name));
  if (wrong === undefined) return;
  throw new IntegrityRuleFault(`"**" must be a whole name, its beginning or its end, not ${quote(wrong)}.`, place);
}

/** What our agents cannot resolve, since it is another system's or the host's to say. */
function foreignPart(text: string, place?: Place): UnsupportedPart | undefined {
  const where = place ? { place } : {};
  const variable = /\$\{[^}]*\}?|%[A-Za-z_()\d]+%|^\$[A-Za-z_]\w*/.exec(text)?.[0];
  if (variable) {
    const reason =
      'A variable of the environment may only stand at the beginning of a base directory; what it is, the host says.';
    return { code: 'variable', what: shorten(variable), reason, ...where };
  }
  if (/^[A-Za-z]:(\\|\/|$)|^\\\\/.test(text))
    return { code: 'windows', what: shorten(text), reason: 'The path is one of Windows.', ...where };
  if (!text.includes('\\')) return undefined;
  const reason = 'Escaped characters cannot be watched: `*` and `?` always are wildcards.';
  return { code: 'escape', what: shorten(text), reason, ...where };
}

const shorten = (text: string): string => (text.length <= 100 ? text : `${text.slice(0, 99).toWellFormed()}…`);
const quote = (text: string): string => JSON.stringify(shorten(text));

export type PathLists = { readonly include: readonly string[]; readonly exclude: readonly string[] };

/**
 * The same paths in the shorter way of the contract, in which a path stands for itself and all below it; where that says the same. So
 * `/etc/ssh/**` becomes `/etc/ssh`, and `/etc/passwd`, `/etc/passwd/**` becomes `/etc/passwd`, but `/srv/*` stays as it is, exactly.
 */
export function foldTrees(lists: PathLists): PathLists & { readonly exact?: true } {
  const include = foldList(lists.include);
  const exclude = foldList(lists.exclude);
  return include && exclude ? { include, exclude } : { ...lists, exact: true };
}

function foldList(paths: readonly string[]): string[] | undefined {
  const folded: string[] = [];
  for (let index = 0; index < paths.length; index += 1) {
    const path = paths[index]!;
    const isPair = paths[index + 1] === below(path);
    const tree = isPair ? path : treeOf(path);
    if (tree === undefined) return undefined;
    folded.push(tree);
    if (isPair) index += 1;
  }
  const meansOther = folded.some((path) => /[^/]\*\*$|\*\*[^/]+$/.test(path));
  return meansOther ? undefined : folded;
}

const treeOf = (path: string): string | undefined => (path.endsWith('/**') ? path.slice(0, -3) || '/' : undefined);
const below = (path: string): string => (path === '/' ? '/**' : `${path}/**`);

/** The other way round: what a list in the contract's shorter way means exactly. */
export const unfoldTrees = (paths: readonly string[]): string[] =>
  paths.flatMap((path) => (path === '/' ? ['/**'] : [path, below(path)]));
