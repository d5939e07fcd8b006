import { closeSync, existsSync, statfsSync } from 'node:fs';
import { availableParallelism, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { formatMessage } from '@sakimori/contract/message';
import { type Module, modules } from '@sakimori/contract/module';
import { host as english } from '@sakimori/contract/phrases/en/host';
import { sizeUp } from '@sakimori/contract/sizing';
import { loadLibc } from '../engines/integrity/watch/libc.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { isRoot } from '../facts.ts';
import { readMounts } from '../file-system/mounts.ts';
import { errorText } from '../log.ts';

export type Preflight = {
  readonly verdict: 'ok' | 'warn';
  readonly memoryMb: number;
  readonly cores: number;
  readonly diskFreeMb: number;
  readonly kernel: string;
  readonly root: boolean;
  readonly realTime: 'fanotify' | 'inotify';
  /** Why it is not fanotify. */
  readonly realTimeReason?: string;
  readonly modules: readonly Module[];
  /** Network, FUSE and object-storage mounts, which are left out of integrity monitoring. */
  readonly mounts: readonly { readonly point: string; readonly type: string }[];
  readonly warnings: readonly { readonly code: string; readonly text: string }[];
};

/** What a module list is where nobody gives one: those whose engines the agent brings itself. */
const usual: readonly Module[] = ['integrity', 'loginspection'];

/** @param given names of modules with commas between. @throws ExitError for a name that is none */
export function readModules(given: string | undefined): readonly Module[] {
  if (given === undefined) return usual;
  const names = given.split(',').filter(Boolean);
  const wrong = names.find((name) => !modules.some((module) => module === name));
  if (wrong !== undefined)
    throw new ExitError(exitCodes.usage, `there is no module "${wrong}"; modules are ${modules.join(', ')}`);
  return modules.filter((module) => names.includes(module));
}

/**
 * Looks at this host before an agent comes to it, or modules are switched on (S22, S23): memory, cores, disk, what the kernel offers, and mounts. Changes nothing.
 * @param host other figures than the machine's own, for a host that is planned
 */
export async function preflight(
  folder: string,
  wanted: readonly Module[],
  isLight: boolean,
  host: { readonly memoryMb?: number | undefined; readonly cores?: number | undefined } = {},
): Promise<Preflight> {
  const memoryBytes = host.memoryMb === undefined ? totalmem() : host.memoryMb * 1024 * 1024;
  const cores = host.cores ?? availableParallelism();
  const diskFreeBytes = freeBytesAt(folder);
  const found = readMounts();
  const mounts = found.remote.map((point) => ({ point, type: found.at(point)?.type ?? '' }));
  const warnings = sizeUp({ memoryBytes, cores, diskFreeBytes }, { modules: wanted, isLight }).map(
    ({ code, facts }) => ({
      code: code as string,
      text: formatMessage('en', english[`sizing.${code}`], facts),
    }),
  );
  if (mounts.length > 0)
    warnings.push({
      code: 'mounts',
      text: `Left out of integrity monitoring: ${mounts.map(({ point, type }) => `${point} (${type})`).join(', ')}`,
    });
  const reason = await whyNoFanotify();
  return {
    verdict: warnings.length > 0 ? 'warn' : 'ok',
    ...{ memoryMb: Math.round(memoryBytes / 1024 / 1024), cores, diskFreeMb: Math.round(diskFreeBytes / 1024 / 1024) },
    ...{ kernel: release(), root: isRoot(), realTime: reason === undefined ? 'fanotify' : 'inotify' },
    ...(reason === undefined ? {} : { realTimeReason: reason }),
    ...{ modules: wanted, mounts, warnings },
  };
}

/** The folder may not be there yet: then the nearest above it counts. */
function freeBytesAt(folder: string): number {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize;
}

const folderAndName = 0xc00;
const addToFileSystem = 0x101;
const closedAfterWriting = 0x8n;

async function whyNoFanotify(): Promise<string | undefined> {
  try {
    const libc = await loadLibc();
    const group = libc.fanotifyInit(folderAndName);
    try {
      libc.fanotifyMark(group, addToFileSystem, closedAfterWriting, '/');
    } finally {
      closeSync(group);
    }
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

export function describePreflight(result: Preflight): string {
  const lines = [
    `memory ${result.memoryMb} MB, ${result.cores} cores, ${result.diskFreeMb} MB free for data, Linux ${result.kernel}${result.root ? '' : ', not root'}`,
    `modules: ${result.modules.join(', ')}`,
    `real time by ${result.realTime}${result.realTimeReason ? ` (${result.realTimeReason})` : ''}`,
    ...result.warnings.map(({ text }) => `WARN  ${text}`),
    result.verdict === 'ok' ? 'OK    this host is up to it' : '',
  ];
  return `${lines.filter(Boolean).join('\n')}\n`;
}

const options = {
  data: { type: 'string', default: '/var/lib/sakimori-agent' },
  modules: { type: 'string' },
  light: { type: 'boolean', default: false },
  'memory-mb': { type: 'string' },
  cores: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const help = `sakimori-agent preflight: says whether this host is up to the modules, before they are switched on

  --modules A,B   of ${modules.join(', ')}; ${usual.join(' and ')} where not given
  --light         integrity monitoring by its light profile
  --memory-mb N   as if the host had so much memory; --cores N likewise: for a host that is planned
  --data DIR      where the agent would keep its data
  --json          as one line of JSON

Changes nothing. Exit codes: 0 up to it, 1 with warnings, 64 wrong usage.
`;

/** @returns the exit code */
export async function runPreflight(given: readonly string[]): Promise<number> {
  const values = readOptions(given);
  if (values.help) {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  const host = { memoryMb: readNumber('memory-mb', values['memory-mb']), cores: readNumber('cores', values.cores) };
  const result = await preflight(values.data, readModules(values.modules), values.light, host);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describePreflight(result));
  return result.verdict === 'ok' ? exitCodes.ok : 1;
}

function readOptions(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options }).values;
  } catch (error) {
    throw new ExitError(exitCodes.usage, `${errorText(error)}\nTry: sakimori-agent preflight --help`);
  }
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1e9)
    throw new ExitError(exitCodes.usage, `--${name} wants a whole number above zero, not "${text}"`);
  return value;
}
