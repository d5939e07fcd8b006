import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorText } from '../../../log.ts';
import { defaultAttributes, type ScanAttribute, scanAttributes } from '../scan/attributes.ts';
import { IntegrityFault, integrityExitCodes } from './exit-codes.ts';

const given = {
  root: { type: 'string', multiple: true, default: [] as string[] },
  rules: { type: 'string' },
  db: { type: 'string', multiple: true, default: [] as string[] },
  out: { type: 'string' },
  seal: { type: 'string' },
  attributes: { type: 'string' },
  workers: { type: 'string' },
  'hash-limit': { type: 'string' },
  'report-limit': { type: 'string' },
  force: { type: 'boolean', default: false },
  update: { type: 'boolean', default: false },
  paranoid: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const verbs = ['init', 'check', 'diff'] as const;
type Verb = (typeof verbs)[number];
type OptionName = keyof typeof given;

/** What each command takes besides `--json`, `--quiet` and `--help`. */
const optionsOf: Readonly<Record<Verb, readonly OptionName[]>> = {
  init: ['root', 'rules', 'db', 'attributes', 'workers', 'hash-limit', 'force'],
  check: ['root', 'rules', 'db', 'out', 'seal', 'workers', 'report-limit', 'update', 'paranoid'],
  diff: ['db', 'seal', 'report-limit'],
};

export type IntegrityArguments = {
  readonly verb: Verb;
  /** Absolute. */
  readonly roots: readonly string[];
  readonly rulesFile: string | undefined;
  /** Absolute paths: one, and with `diff` two. */
  readonly databases: readonly string[];
  readonly out: string | undefined;
  readonly seal: string | undefined;
  readonly attributes: readonly ScanAttribute[];
  readonly workers: number;
  readonly hashBytesMax: number | undefined;
  /** Changes that are shown one by one; all are counted. */
  readonly reportLimit: number;
  readonly force: boolean;
  readonly update: boolean;
  readonly paranoid: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
};

const wrong = (message: string) =>
  new IntegrityFault(integrityExitCodes.argument, `${message}\nTry: sakimori-agent integrity --help`);

/** @returns `help` where it is asked for. @throws IntegrityFault */
export function readArguments(args: readonly string[]): IntegrityArguments | 'help' {
  const { values, positionals, names } = parse(args);
  const [verb, ...rest] = positionals;
  if (values.help || verb === 'help') return 'help';
  if (verb === undefined) throw wrong('give a command: init, check or diff');
  if (!isVerb(verb)) throw new IntegrityFault(integrityExitCodes.unimplemented, `there is no command "${verb}"`);
  if (rest.length > 0) throw wrong(`unexpected: ${rest.join(' ')}`);
  const common: OptionName[] = ['json', 'quiet', 'help'];
  const misplaced = names.find((name) => ![...optionsOf[verb], ...common].includes(name as OptionName));
  if (misplaced) throw wrong(`${verb} takes no --${misplaced}`);
  checkDatabases(verb, values.db.length);
  if (values.root.length > 0 && values.rules !== undefined) throw wrong('give --root or --rules, not both');
  if (verb === 'init' && values.root.length === 0 && values.rules === undefined) {
    throw wrong('say what is to be recorded: --root DIR (more than once where needed) or --rules FILE');
  }
  if (values.out !== undefined && !values.update) throw wrong('--out goes with --update');
  return {
    verb,
    roots: [...new Set(values.root.map((root) => absolute(root, '--root')))],
    rulesFile: values.rules,
    databases: values.db.map((path) => absolute(path, '--db')),
    out: values.out === undefined ? undefined : absolute(values.out, '--out'),
    seal: readSeal(values.seal),
    attributes: readAttributes(values.attributes),
    workers: readNumber(values.workers, '--workers', 1, 64) ?? Math.min(4, availableParallelism()),
    hashBytesMax: readNumber(values['hash-limit'], '--hash-limit', 0, Number.MAX_SAFE_INTEGER),
    reportLimit: readNumber(values['report-limit'], '--report-limit', 0, 1e9) ?? (values.json ? 1e9 : 10_000),
    ...{ force: values.force, update: values.update, paranoid: values.paranoid },
    ...{ json: values.json, quiet: values.quiet },
  };
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      ...{ args: [...args], options: given, allowPositionals: true, tokens: true },
    });
    return { values, positionals, names: tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])) };
  } catch (error) {
    throw wrong(errorText(error));
  }
}

const isVerb = (verb: string): verb is Verb => (verbs as readonly string[]).includes(verb);

function checkDatabases(verb: Verb, count: number): void {
  if (verb === 'diff' && count !== 2) throw wrong('diff compares two databases: --db OLD --db NEW');
  if (verb !== 'diff' && count !== 1) throw wrong('give one database: --db FILE');
}

function absolute(path: string, option: string): string {
  if (path === '' || path.includes('\0')) throw wrong(`${option} needs a path`);
  return resolve(path);
}

function readSeal(seal: string | undefined): string | undefined {
  if (seal !== undefined && !/^[0-9a-f]{64}$/i.test(seal)) throw wrong('--seal takes the 64 digits that init printed');
  return seal?.toLowerCase();
}

function readAttributes(text: string | undefined): readonly ScanAttribute[] {
  if (text === undefined) return defaultAttributes;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(scanAttributes as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw wrong(`there is no attribute "${unknown}"; there are: ${scanAttributes.join(', ')}`);
  }
  return scanAttributes.filter((attribute) => names.includes(attribute));
}

function readNumber(text: string | undefined, option: string, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw wrong(`${option} takes a whole number from ${least} to ${most}`);
  return value;
}
