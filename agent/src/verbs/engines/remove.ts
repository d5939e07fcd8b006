import { existsSync, globSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Module } from '@sakimori/contract/module';
import type { Clock } from '../../clock.ts';
import { endLeftOver } from '../../engine-care/index.ts';
import { ExitError, exitCodes } from '../../exit-codes.ts';
import { isRoot } from '../../facts.ts';
import { readStatus } from '../../status-file.ts';
import { removeNetworkTraces } from './network-traces.ts';
import { forgetInstalled, hasSystemd, readInstalled, runCommand } from './system.ts';
import { dropInPath } from './unit-drop-in.ts';

export type RemoveWish = {
  readonly folder: string;
  readonly modules: readonly Module[];
  readonly packages: boolean;
  /** Also files in quarantine, which may be the only copies there are. */
  readonly quarantine: boolean;
  readonly isDry: boolean;
  readonly clock: Clock;
  readonly say: (line: string) => void;
};

export type RemoveOutcome = { readonly removed: readonly string[]; readonly kept: readonly string[] };

/** So long a left-over process has to end. */
const termMs = 2000;
/** Of the antimalware engine's folder: what it holds for people, and not for itself. */
const vaultName = 'quarantine';

/**
 * Takes away what the agent wrote and started for its engines: processes, rules in the kernel, folders, what its unit was granted. Packages only on
 * request, and only those that `engines install` has installed here.
 * @throws ExitError while the agent runs, or without root
 */
export async function removeEngines(wish: RemoveWish): Promise<RemoveOutcome> {
  const { folder, clock, isDry, say } = wish;
  if (!isDry && !isRoot()) throw new ExitError(exitCodes.noPermission, 'engines are removed by root: try with sudo');
  if (!isDry && readStatus(folder, clock.nowMs())?.isRunning)
    throw new ExitError(
      exitCodes.taken,
      'the agent runs and would put it all back: stop it first (systemctl stop sakimori-agent)',
    );
  const removed: string[] = [];
  const kept: string[] = [];
  const note = (what: string) => {
    removed.push(what);
    say(what);
  };
  for (const record of globSync('engines/*/*.child.json', { cwd: folder })) {
    if (isDry) note(`process of ${join(folder, record)}`);
    else for (const pid of await endLeftOver(join(folder, record), clock, termMs)) note(`process ${pid}`);
  }
  if (isDry) note(`tables "sakimori_*" of nftables, chains "SAKIMORI_*" of iptables`);
  else {
    const traces = await removeNetworkTraces();
    for (const what of traces.removed) note(what);
    kept.push(...traces.failed);
  }
  for (const module of wish.modules) removeFolder(join(folder, 'engines', module), wish, note, kept);
  if (existsSync(dropInPath)) {
    if (!isDry) {
      rmSync(dropInPath, { force: true });
      removeIfEmpty(dirname(dropInPath));
    }
    note(dropInPath);
    if (!isDry && hasSystemd()) await runCommand(['systemctl', 'daemon-reload']);
  }
  if (wish.packages) await removePackages(wish, note, kept);
  return { removed, kept };
}

function removeFolder(path: string, wish: RemoveWish, note: (what: string) => void, kept: string[]): void {
  if (!existsSync(path)) return;
  const vault = join(path, vaultName);
  if (wish.quarantine || !existsSync(vault)) {
    if (!wish.isDry) rmSync(path, { recursive: true, force: true });
    note(path);
    return;
  }
  kept.push(`${vault} (files in quarantine; --quarantine removes them)`);
  for (const name of globSync('*', { cwd: path }).filter((one) => one !== vaultName)) {
    if (!wish.isDry) rmSync(join(path, name), { recursive: true, force: true });
    note(join(path, name));
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Others have drop-ins of their own there.
  }
}

/** Packages that others use by now stay: of what came along, only what the system itself would take away with them. */
async function removePackages(wish: RemoveWish, note: (what: string) => void, kept: string[]): Promise<void> {
  const installed = readInstalled(wish.folder);
  if (!installed) return void kept.push('packages: none was installed by this agent');
  const { tool, packages, dependencies } = installed;
  const own = new Set([...packages, ...dependencies]);
  const remove = async (names: readonly string[]) => {
    if (names.length === 0) return;
    const others = (await removedWith(tool, names)).filter((name) => !own.has(name));
    if (others.length > 0)
      return void kept.push(`packages ${names.join(', ')}: ${others.join(', ')} would go with them`);
    if (!wish.isDry) {
      const words =
        tool === 'apt' ? ['apt-get', 'purge', '-y', '-q', ...names] : ['dnf', 'remove', '-y', '-q', ...names];
      const { code, err } = await runCommand(words);
      if (code !== 0) throw new ExitError(exitCodes.unavailable, `${words.join(' ')}\n${err.slice(-800)}`);
    }
    for (const name of names) note(`package ${name}`);
  };
  await remove(packages);
  if (tool === 'apt') {
    const { out } = await runCommand(['apt-get', '-s', 'autoremove']);
    await remove(removalsIn(out).filter((name) => dependencies.includes(name)));
  }
  if (!wish.isDry) forgetInstalled(wish.folder);
}

/** Packages that would go with these. */
async function removedWith(tool: 'apt' | 'dnf', names: readonly string[]): Promise<string[]> {
  if (tool === 'dnf') return [];
  const { out } = await runCommand(['apt-get', '-s', 'purge', ...names]);
  return removalsIn(out);
}

const removalsIn = (simulated: string): string[] =>
  [...simulated.matchAll(/^(?:Remv|Purg) ([^\s:]+)/gm)].map(([, name]) => name!);
