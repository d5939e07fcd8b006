import { readFileSync, readlinkSync } from 'node:fs';
import type { ProcessActor } from '@sakimori/contract/detection';
import type { Clock } from '../../../clock.ts';
import { decodePath, displayPath } from '../../../file-system/path-bytes.ts';
import { AccountNames } from '../account-names.ts';

/** A process may become another program at any time; it is looked at anew after this. */
const ageMsMax = 300;
const knownMax = 2000;
/** Lines of `/proc/PID/status` (proc(5)). */
const fields = { Name: /^Name:\t(.*)$/m, PPid: /^PPid:\t(.*)$/m, Uid: /^Uid:\t(.*)$/m } as const;
/** The kernel's word for "nobody logged in for this process". */
const nobodyLoggedIn = 4_294_967_295;

type Known = { readonly actor: ProcessActor; readonly untilMs: number };
type Status = { readonly name: string; readonly parent: number; readonly uid: number };

/**
 * Who is behind a process number, as `/proc` says it now. Command lines are never read: they may hold secrets. A process that ended before we
 * look leaves its number only, and the actor says so. (A pidfd from fanotify would not help: it too is made when the event is read.)
 */
export class Who {
  readonly #clock: Clock;
  readonly #names = new AccountNames();
  readonly #known = new Map<number, Known>();
  readonly #root: string;

  constructor(clock: Clock, root = '/proc') {
    this.#clock = clock;
    this.#root = root;
  }

  /** Is it a process that was looked at a moment ago? */
  knows(pid: number): boolean {
    if (pid <= 0) return true;
    return (this.#known.get(pid)?.untilMs ?? 0) > this.#clock.monotonicMs();
  }

  is(pid: number): ProcessActor | undefined {
    if (pid <= 0) return undefined;
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(pid);
    if (known && known.untilMs > nowMs) return known.actor;
    const actor = this.#look(pid);
    // One that ended tells no more; better what was known of it before.
    if (actor.unknown === 'ended' && known && !known.actor.unknown) return known.actor;
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(pid, { actor, untilMs: nowMs + ageMsMax });
    return actor;
  }

  #look(pid: number): ProcessActor {
    const status = this.#status(pid);
    if (status === 'ended' || status === 'denied') return { process: { pid }, unknown: status };
    const path = this.#program(pid);
    const isGap = path === 'ended' || path === 'denied';
    const login = this.#loginUid(pid);
    const parent = status.parent > 0 ? this.#parent(status.parent) : undefined;
    return {
      process: { pid, name: status.name, ...(isGap ? {} : { path: path.slice(0, 4096) }), ...(parent && { parent }) },
      user: { name: this.#names.user(status.uid), uid: status.uid },
      ...(login === undefined ? {} : { loginUser: { name: this.#names.user(login), uid: login } }),
      ...(isGap ? { unknown: path } : {}),
    };
  }

  #parent(pid: number): ProcessActor['process']['parent'] {
    const status = this.#status(pid);
    if (status === 'ended' || status === 'denied') return { pid };
    const path = this.#program(pid);
    return { pid, name: status.name, ...(path === 'ended' || path === 'denied' ? {} : { path: path.slice(0, 4096) }) };
  }

  #status(pid: number): Status | 'ended' | 'denied' {
    try {
      const text = readFileSync(`${this.#root}/${pid}/status`, 'latin1');
      const field = (name: keyof typeof fields) => fields[name].exec(text)?.[1] ?? '';
      const name = decodePath(Buffer.from(field('Name'), 'latin1'));
      // Of the four user ids the second, the effective one, is what the kernel judged by.
      return {
        name: displayPath(name).slice(0, 64),
        parent: Number(field('PPid')) || 0,
        uid: Number(field('Uid').split('\t')[1] ?? 0),
      };
    } catch (error) {
      return gapOf(error);
    }
  }

  #program(pid: number): string {
    try {
      return displayPath(decodePath(readlinkSync(`${this.#root}/${pid}/exe`, 'buffer')));
    } catch (error) {
      return gapOf(error);
    }
  }

  #loginUid(pid: number): number | undefined {
    try {
      const uid = Number(readFileSync(`${this.#root}/${pid}/loginuid`, 'latin1'));
      return Number.isInteger(uid) && uid !== nobodyLoggedIn ? uid : undefined;
    } catch {
      return undefined;
    }
  }
}

const gapOf = (error: unknown): 'ended' | 'denied' => {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'ended';
};
