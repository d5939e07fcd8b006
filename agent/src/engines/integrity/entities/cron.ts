import { digestOf, type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';
import { programOf, readUnits, unitPaths } from './unit-files.ts';

/** Tables with a column for the user, and the folders of those without: Debian's, Red Hat's, SUSE's. */
const systemTables = ['/etc/crontab', '/etc/anacrontab'];
const systemFolder = '/etc/cron.d';
const userFolders = ['/var/spool/cron/crontabs', '/var/spool/cron', '/var/spool/cron/tabs'];
/** Folders whose scripts are run as they are. */
const scriptFolders = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'].map((name) => `/etc/cron.${name}`);
const atFolders = ['/var/spool/cron/atjobs', '/var/spool/at', '/var/spool/atjobs'];

export const cronPaths = (files: SafeFiles): string[] => [
  ...systemTables,
  ...[systemFolder, ...userFolders, ...scriptFolders, ...atFolders].flatMap((folder) => [
    folder,
    ...files.names(folder).map((name) => `${folder}/${name}`),
  ]),
  ...unitPaths(files, ['.timer']),
];

/** What runs by itself at some time. Commands may hold passwords: the program is named, the rest is a digest. */
export function readCron(files: SafeFiles): Entities | undefined {
  const jobs = new Map<string, Values>();
  for (const path of [
    ...systemTables,
    ...files
      .names(systemFolder)
      .filter(isRead)
      .map((name) => `${systemFolder}/${name}`),
  ])
    addTable(files, jobs, path, undefined);
  for (const folder of userFolders)
    for (const user of files.names(folder)) addTable(files, jobs, `${folder}/${user}`, user);
  for (const path of [...scriptFolders, ...atFolders].flatMap((folder) =>
    files.names(folder).map((name) => `${folder}/${name}`),
  ))
    addScript(files, jobs, path);
  for (const timer of readUnits(files, ['.timer'])) {
    const times = ['OnCalendar', 'OnBootSec', 'OnStartupSec', 'OnUnitActiveSec', 'OnUnitInactiveSec', 'OnActiveSec'];
    const schedule = times.flatMap((name) => timer.settings('Timer', name).map((value) => `${name}=${value}`));
    jobs.set(fitKey(timer.name), {
      path: fitValue(timer.path),
      schedule: fitValue(`${timer.startType}; ${schedule.join('; ')}`),
      user: '',
      program: fitValue(timer.setting('Timer', 'Unit') ?? timer.name.replace(/timer$/, 'service')),
      definition: timer.definition,
    });
  }
  return jobs;
}

/** cron(8) reads no file of this folder whose name has other characters. */
const isRead = (name: string) => /^[A-Za-z0-9_-]+$/.test(name);

function addTable(files: SafeFiles, jobs: Map<string, Values>, path: string, user: string | undefined): void {
  const isAnacron = path.endsWith('anacrontab');
  for (const line of (files.text(path) ?? '').split('\n')) {
    const job = isAnacron ? parseAnacron(line) : parseLine(line, user);
    if (!job) continue;
    const definition = digestOf(job.command);
    const key = fitKey(`${path}#${job.isVariable ? job.schedule : definition.slice(0, 12)}`);
    const values = {
      ...{ path: fitValue(path), schedule: fitValue(job.schedule), user: fitValue(job.user), definition },
      program: fitValue(job.isVariable ? '' : programOf(job.command)),
    };
    // One command at several times is one job with all of them.
    const known = jobs.get(key);
    jobs.set(key, known ? { ...values, schedule: fitValue(`${known['schedule']} | ${values.schedule}`) } : values);
  }
}

type Job = { readonly schedule: string; readonly user: string; readonly command: string; readonly isVariable?: true };

/** crontab(5): five fields or a word with `@`, the user where the table has that column, the command. A variable stands for all that follows it. */
function parseLine(line: string, user: string | undefined): Job | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const variable = /^(["']?)([A-Za-z_]\w*)\1\s*=\s*(.*)$/.exec(text);
  if (variable) return { schedule: variable[2]!, user: user ?? '', command: variable[3]!, isVariable: true };
  const match = /^(@\w+|(?:\S+\s+){4}\S+)\s+(.*)$/.exec(text);
  if (!match) return undefined;
  const schedule = match[1]!.replaceAll(/\s+/g, ' ');
  if (user !== undefined) return { schedule, user, command: match[2]! };
  const withUser = /^(\S+)\s+(.*)$/.exec(match[2]!);
  return withUser ? { schedule, user: withUser[1]!, command: withUser[2]! } : undefined;
}

/** anacrontab(5): days, delay, name, command. */
function parseAnacron(line: string): Job | undefined {
  const match = /^\s*(@\w+|\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
  return match ? { schedule: `${match[1]} ${match[2]} ${match[3]}`, user: 'root', command: match[4]! } : undefined;
}

function addScript(files: SafeFiles, jobs: Map<string, Values>, path: string): void {
  const text = files.text(path);
  if (text === undefined || path.endsWith('/.placeholder') || path.endsWith('/.SEQ')) return;
  const schedule = /\/cron\.(\w+)\//.exec(path)?.[1] ?? 'at';
  jobs.set(fitKey(path), {
    path: fitValue(path),
    schedule,
    user: '',
    program: fitValue(path),
    definition: digestOf(text),
  });
}
