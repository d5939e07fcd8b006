import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What tells one process from another that later gets its number: start in clock ticks since the machine came up (proc_pid_stat(5), field 22). */
export type ProcessFacts = {
  readonly pid: number;
  readonly state: string;
  readonly session: number;
  readonly startTicks: number;
};

/** @returns `undefined` where there is no such process any more, or only what its parent has not collected */
export function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // A program may put anything into its name, also `)`: the fields begin behind the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', , , session] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, state, session: Number(session), startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** Every living process of a session: whatever a child of ours has started and not cut loose. */
export const membersOf = (session: number): ProcessFacts[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => factsOf(Number(name)) ?? [])
    .filter((facts) => facts.session === session);

/** The program file of a process. `undefined` where it may not be read or the process is gone. */
export function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined;
  }
}

/** Memory that is in use now, in bytes. */
export function residentBytesOf(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** @returns false where there was none to be sent to */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
