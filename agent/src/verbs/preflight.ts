import { closeSync, existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, machine, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatMessage } from '@sakimori/contract/message';
import { type Module, modules } from '@sakimori/contract/module';
import { host as englishHost } from '@sakimori/contract/phrases/en/host';
import { preflight as english } from '@sakimori/contract/phrases/en/preflight';
import { host as japaneseHost } from '@sakimori/contract/phrases/ja/host';
import { preflight as japanese } from '@sakimori/contract/phrases/ja/preflight';
import { overrideReasonMax, type PreflightRecord } from '@sakimori/contract/preflight';
import { sizeUp } from '@sakimori/contract/sizing';
import { systemClock, toInstant } from '../clock.ts';
import { openDataFolder } from '../data-folder.ts';
import { loadLibc } from '../engines/integrity/watch/libc.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { isRoot } from '../facts.ts';
import { readMounts } from '../file-system/mounts.ts';
import { readIdentity } from '../identity.ts';
import { errorText } from '../log.ts';
import { writeFileAtomically } from '../write-file.ts';
import { type Door, judgeConnection } from './preflight/connection.ts';
import { type Finding, preflightFileName } from './preflight/finding.ts';
import { judgeFiles, judgeKernelParts, judgeMounts, judgeProducts, judgeReboot } from './preflight/host.ts';
import { judgeSystem } from './preflight/support.ts';

export type Preflight = {
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** A restart of the host is due. It is for people to do (S15). */
  readonly needsReboot: boolean;
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
  /** Everything that was looked at, with what was found. */
  readonly findings: readonly Finding[];
  /** Those that are not well, in words. */
  readonly warnings: readonly { readonly code: string; readonly text: string; readonly next?: string }[];
  readonly overrideReason?: string;
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

type Language = 'ja' | 'en';

export type PreflightWish = {
  readonly folder: string;
  readonly modules: readonly Module[];
  readonly isLight: boolean;
  /** Other figures than the machine's own, for a host that is planned. */
  readonly memoryMb?: number | undefined;
  readonly cores?: number | undefined;
  /** The manager that the host shall come to; absent: the way there is not looked at. */
  readonly door?: Door | undefined;
  readonly language: Language;
  readonly overrideReason?: string | undefined;
};

/** Looks at this host before an agent comes to it, or modules are switched on (S10, S14, S15, S22–S24). Changes nothing. */
export async function preflight(wish: PreflightWish): Promise<Preflight> {
  const { modules: wanted, language } = wish;
  const memoryBytes = wish.memoryMb === undefined ? totalmem() : wish.memoryMb * 1024 * 1024;
  const cores = wish.cores ?? availableParallelism();
  const diskFreeBytes = freeBytesAt(wish.folder);
  const found = readMounts();
  const reason = await whyNoFanotify();
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const findings: Finding[] = [
    ...judgeSystem({ osRelease, kernel: release(), architecture: machine() }),
    ...judgeSize({ memoryBytes, cores, diskFreeBytes }, wish),
    ...judgeMounts(found),
    ...(wanted.includes('integrity') ? judgeFiles() : []),
    ...(await judgeReboot()),
    ...judgeProducts(),
    ...judgeKernelParts(wanted, reason),
    ...(wish.door ? await judgeConnection(wish.door) : []),
  ];
  const amiss = findings.filter(({ level }) => level !== 'pass');
  return {
    verdict: amiss.some(({ level }) => level === 'fail') ? 'fail' : amiss.length > 0 ? 'warn' : 'ok',
    needsReboot: findings.some(({ needsReboot }) => needsReboot),
    ...{ memoryMb: Math.round(memoryBytes / 1024 / 1024), cores, diskFreeMb: Math.round(diskFreeBytes / 1024 / 1024) },
    ...{ kernel: release(), root: isRoot(), realTime: reason === undefined ? 'fanotify' : 'inotify' },
    ...(reason === undefined ? {} : { realTimeReason: reason }),
    ...{ modules: wanted, mounts: found.remote.map((point) => ({ point, type: found.at(point)?.type ?? '' })) },
    ...{ findings, warnings: amiss.map((finding) => ({ code: finding.code, ...tell(language, finding) })) },
    ...(wish.overrideReason === undefined ? {} : { overrideReason: wish.overrideReason }),
  };
}

/** Less than this, and not even the package fits. */
const diskMegabytesNeeded = 300;
const sizeChecks: Readonly<Record<string, string>> = { light_profile: 'cores', disk: 'disk' };

function judgeSize(host: Parameters<typeof sizeUp>[0], wish: PreflightWish): Finding[] {
  const free = Math.round((host.diskFreeBytes ?? 0) / 1024 / 1024);
  if (free < diskMegabytesNeeded)
    return [{ check: 'disk', level: 'fail', code: 'disk_full', facts: { free, needed: diskMegabytesNeeded } }];
  const warnings = sizeUp(host, { modules: wish.modules, isLight: wish.isLight });
  if (warnings.length === 0) return [{ check: 'size', level: 'pass', code: 'size_enough', facts: {} }];
  return warnings.map(({ code, facts }) => ({ check: sizeChecks[code] ?? 'memory', level: 'warn', code, facts }));
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

const books: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  ja: { ...japaneseHost, ...japanese },
  en: { ...englishHost, ...english },
};

const say = (language: Language, key: string, facts: Finding['facts'] = {}): string =>
  formatMessage(language, books[language][key] ?? key, facts);

function tell(language: Language, { code, facts }: Finding): { text: string; next?: string } {
  const [book, next] = [books[language], `preflight.next.${code}`];
  const text = say(language, `preflight.${code}` in book ? `preflight.${code}` : `sizing.${code}`, facts);
  return next in book ? { text, next: say(language, next, facts) } : { text };
}

export function describePreflight(result: Preflight, language: Language): string {
  const { memoryMb: memory, cores, diskFreeMb: disk, kernel } = result;
  const lines = result.findings.flatMap((finding) => {
    const { text, next } = tell(language, finding);
    const line = `${say(language, `preflight.level.${finding.level}`)}  ${text}`;
    return next && finding.level !== 'pass'
      ? [line, `      ${say(language, 'preflight.next', { text: next })}`]
      : [line];
  });
  return `${[
    say(language, 'preflight.host', { memory, cores, disk, kernel }),
    ...(result.root ? [] : [say(language, 'preflight.noRoot')]),
    ...lines,
    ...(result.findings.some(({ check }) => check === 'port' || check === 'dns')
      ? []
      : [say(language, 'preflight.unchecked')]),
    ...(result.needsReboot ? [say(language, 'preflight.verdict.reboot')] : []),
    result.verdict === 'fail' && result.overrideReason !== undefined
      ? say(language, 'preflight.verdict.overridden', { reason: result.overrideReason })
      : say(language, `preflight.verdict.${result.verdict}`),
  ].join('\n')}\n`;
}

const options = {
  data: { type: 'string', default: '/var/lib/sakimori-agent' },
  modules: { type: 'string' },
  light: { type: 'boolean', default: false },
  'memory-mb': { type: 'string' },
  cores: { type: 'string' },
  manager: { type: 'string' },
  ca: { type: 'string' },
  override: { type: 'string' },
  record: { type: 'boolean', default: false },
  lang: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const help = `sakimori-agent preflight: says whether this host is up to the agent and its modules, before they come to it

  --manager H:P   look at the way to the manager's door for agents as well; that of this host's identity where there is one
  --ca SHA256     fingerprint of the authority that the door must show, as tokens and deployment scripts name it
  --modules A,B   of ${modules.join(', ')}; ${usual.join(' and ')} where not given
  --light         integrity monitoring by its light profile
  --memory-mb N   as if the host had so much memory; --cores N likewise: for a host that is planned
  --override TEXT go on in spite of FAIL, for this reason: it is recorded
  --record        keep what was found for the enrolment, which brings it to the manager
  --data DIR      where the agent would keep its data
  --lang ja|en    language of the text; that of LANG where not given
  --json          as one line of JSON

Changes nothing, and never restarts the host. Exit codes: 0 PASS, 1 WARN (or FAIL that was overridden), 2 FAIL, 3 a restart is needed (and no FAIL), 64 wrong usage.
`;

/** @returns the exit code */
export async function runPreflight(given: readonly string[]): Promise<number> {
  const values = readOptions(given);
  if (values.help) {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  const language = readLanguage(values.lang);
  const result = await preflight({
    ...{ folder: values.data, modules: readModules(values.modules), isLight: values.light, language },
    ...{ memoryMb: readNumber('memory-mb', values['memory-mb']), cores: readNumber('cores', values.cores) },
    ...{ door: readDoor(values.data, values.manager, values.ca), overrideReason: readReason(values.override) },
  });
  if (values.record) record(values.data, result);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describePreflight(result, language));
  if (result.verdict === 'fail' && result.overrideReason === undefined) return 2;
  if (result.needsReboot) return 3;
  return result.verdict === 'ok' ? exitCodes.ok : 1;
}

function record(folder: string, { verdict, needsReboot, findings, overrideReason }: Preflight): void {
  openDataFolder(folder);
  const told: PreflightRecord = {
    ...{ at: toInstant(systemClock.nowMs()), verdict, needsReboot },
    findings: findings.map(({ check, level, code, facts }) => ({ check, level, code, facts })),
    ...(verdict === 'fail' && overrideReason !== undefined ? { overrideReason } : {}),
  };
  writeFileAtomically(join(folder, preflightFileName), `${JSON.stringify(told)}\n`);
}

function readDoor(folder: string, manager: string | undefined, ca: string | undefined): Door | undefined {
  if (ca !== undefined && !/^[\da-f]{64}$/i.test(ca))
    throw new ExitError(exitCodes.usage, '--ca wants the SHA-256 fingerprint of a certificate: 64 hexadecimal digits');
  if (manager !== undefined) {
    if (!/^(?:\[[\da-f:.]+\]|[^:[\]\s/]+):\d{1,5}$/i.test(manager))
      throw new ExitError(exitCodes.usage, `--manager wants host:port, not "${manager.slice(0, 300)}"`);
    return { agents: manager, ca };
  }
  try {
    const identity = readIdentity(folder);
    return identity && { agents: identity.agents };
  } catch {
    return undefined;
  }
}

function readReason(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const reason = text.trim();
  if (reason === '' || reason.length > overrideReasonMax)
    throw new ExitError(exitCodes.usage, `--override wants a reason of 1 to ${overrideReasonMax} characters`);
  return reason;
}

function readLanguage(given: string | undefined): Language {
  if (given === 'ja' || given === 'en') return given;
  if (given !== undefined) throw new ExitError(exitCodes.usage, `--lang wants ja or en, not "${given.slice(0, 40)}"`);
  return (process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '').startsWith('ja')
    ? 'ja'
    : 'en';
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
