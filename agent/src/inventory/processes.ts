import { basename } from 'node:path';
import { inventoryProcessesMax } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';
import type { Pace } from './pace.ts';
import type { RootFiles } from './root-files.ts';

export type Program = { readonly process: string; readonly exe?: string };

export type Processes = {
  /** Names of running programs, each once, in order. */
  readonly names: string[];
  /** Inode of a socket → the program that holds it. */
  readonly holders: ReadonlyMap<string, Program>;
};

/** Descriptors that are looked at in all: a host with more has some sockets whose process is not told. */
const descriptorsMax = 500_000;

/**
 * What runs, and who holds these sockets. Without further rights only the descriptors of one's own processes can be seen; names of
 * programs are for everybody.
 */
export async function readProcesses(files: RootFiles, inodes: ReadonlySet<string>, pace: Pace): Promise<Processes> {
  const names = new Set<string>();
  const holders = new Map<string, Program>();
  let looked = 0;
  for (const pid of processIds(files)) {
    await pace();
    const process = nameOf(files, pid);
    if (process === undefined) continue;
    names.add(process);
    if (holders.size === inodes.size || looked > descriptorsMax) continue;
    for (const descriptor of files.names(`/proc/${pid}/fd`) ?? []) {
      looked += 1;
      const inode = /^socket:\[(\d+)\]$/.exec(files.link(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1];
      if (inode !== undefined && inodes.has(inode) && !holders.has(inode))
        holders.set(inode, programOf(files, pid, process));
      if (looked % 256 === 0) await pace();
    }
  }
  return { names: [...names].sort().slice(0, inventoryProcessesMax), holders };
}

/** In order, with the first process last: it may hold a socket for a service that it starts and that holds it too. */
function processIds(files: RootFiles): number[] {
  const ids = (files.names('/proc') ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  return ids.sort((a, b) => (a === 1 ? 1 : b === 1 ? -1 : a - b));
}

/**
 * The kernel keeps 15 characters of a name; the command line has the whole. Threads of the kernel have no command line and are left out. Node
 * names its first thread where others leave the name of the program.
 */
function nameOf(files: RootFiles, pid: number): string | undefined {
  const commandLine = files.text(`/proc/${pid}/cmdline`);
  const short = files
    .text(`/proc/${pid}/comm`)
    ?.trim()
    .replace(/-MainThread$/, '');
  if (!commandLine || !short) return undefined;
  const full = basename(commandLine.split('\0')[0]!.split(' ')[0]!.replace(/:$/, ''));
  return fitLine(short.length >= 15 && full.startsWith(short) ? full : short, 256);
}

function programOf(files: RootFiles, pid: number, process: string): Program {
  const exe = files.link(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, '');
  return exe ? { process, exe: fitLine(exe, 4096) } : { process };
}
