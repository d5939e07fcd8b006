import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { ownRule } from '@sakimori/contract/rule-names';
import type { Clock } from './clock.ts';
import type { DetectionDraft } from './engines/engine.ts';
import { errorText, type Log } from './log.ts';
import { writeFileAtomically } from './write-file.ts';

export type OwnFilesParts = {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Each file with the content it should have, as far as the running agent knows it. */
  readonly files: Readonly<Record<string, () => string | undefined>>;
  readonly recall: (key: string) => string | undefined;
  readonly keep: (values: Readonly<Record<string, string>>) => Promise<void>;
  readonly tell: (draft: DetectionDraft) => Promise<void>;
  /** After something was found and told. */
  readonly onTampered: (file: string) => void;
};

const settleMs = 300;
const gone = 'missing';

/**
 * Watches over the agent's own files (identity, configuration, policy). Every change that the agent did not make is told; where the agent knows
 * what belongs there, it puts it back. Whoever is root can outwit this: it makes tampering loud, not impossible.
 */
export class OwnFiles {
  readonly #parts: OwnFilesParts;
  #watcher: FSWatcher | undefined;
  #cancel: (() => void) | undefined;
  #checking: Promise<readonly string[]> = Promise.resolve([]);

  constructor(parts: OwnFilesParts) {
    this.#parts = parts;
  }

  /** Writes a file of ours. Both states count as ours until it is done, so that a crash in between is no tampering. */
  async write(name: string, content: string): Promise<void> {
    const next = stateOf(content, 0o600);
    const before = this.#parts.recall(name) ?? this.#now(name);
    await this.#parts.keep({ [name]: `${lastOf(before)} ${next}` });
    writeFileAtomically(join(this.#parts.folder, name), content);
    await this.#parts.keep({ [name]: next });
  }

  /** Compares all files with what was recorded. @returns the names of those that someone else has changed */
  check(): Promise<readonly string[]> {
    this.#checking = this.#checking.then(async () => {
      const tampered: string[] = [];
      for (const name of Object.keys(this.#parts.files)) if (await this.#checkOne(name)) tampered.push(name);
      return tampered;
    });
    return this.#checking;
  }

  start(): void {
    try {
      this.#watcher = watch(this.#parts.folder, { persistent: false }, (_, name) => {
        if (name && name in this.#parts.files) this.#checkSoon();
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch (error) {
      // No watch left: the check in its interval remains.
      this.#parts.log('warn', `the agent's own folder cannot be watched: ${errorText(error)}`);
    }
  }

  stop(): void {
    this.#watcher?.close();
    this.#cancel?.();
  }

  #checkSoon(): void {
    this.#cancel ??= this.#parts.clock.after(settleMs, () => {
      this.#cancel = undefined;
      void this.check().catch((error) => this.#parts.log('error', `self-protection: ${errorText(error)}`));
    });
  }

  async #checkOne(name: string): Promise<boolean> {
    const { recall, keep, tell, log, files, onTampered, folder } = this.#parts;
    const recorded = recall(name);
    const now = this.#now(name);
    if (recorded === undefined) {
      await keep({ [name]: now });
      return false;
    }
    if (recorded.split(' ').includes(now)) return false;
    const content = files[name]?.();
    const isRestored = content !== undefined && this.#restore(name, content);
    await keep({ [name]: isRestored ? stateOf(content, 0o600) : now });
    const change = changeBetween(lastOf(recorded), now);
    log('error', 'a file of the agent was changed by someone else', { file: name, change, restored: isRestored });
    await tell(tamperedDraft(join(folder, name), change, isRestored));
    onTampered(name);
    return true;
  }

  #restore(name: string, content: string): boolean {
    try {
      writeFileAtomically(join(this.#parts.folder, name), content);
      return true;
    } catch (error) {
      this.#parts.log('error', `a file of the agent cannot be restored: ${errorText(error)}`, { file: name });
      return false;
    }
  }

  #now(name: string): string {
    const path = join(this.#parts.folder, name);
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) return gone;
    try {
      return stateOf(readFileSync(path), mode & 0o7777);
    } catch {
      return `unreadable:${(mode & 0o7777).toString(8)}`;
    }
  }
}

/** `sha256:mode`: what a file is recorded by. */
const stateOf = (content: string | Buffer, mode: number): string =>
  `${createHash('sha256').update(content).digest('hex')}:${mode.toString(8)}`;

const lastOf = (recorded: string): string => recorded.split(' ').at(-1)!;

function changeBetween(before: string, now: string): string {
  if (now === gone) return 'deleted';
  if (before === gone) return 'created';
  const [contentBefore, modeBefore] = before.split(':');
  const [content, mode] = now.split(':');
  return [content === contentBefore ? '' : 'content', mode === modeBefore ? '' : `mode ${modeBefore} to ${mode}`]
    .filter(Boolean)
    .join(', ');
}

export function tamperedDraft(path: string, change: string, restored: boolean): DetectionDraft {
  return {
    kind: 'agent.tampered',
    rule: ownRule('agent.tampered', 'agent.tampered'),
    severity: 'high',
    title: `${path} was changed by someone else (${change})`,
    mode: restored ? 'prevent' : 'detect',
    action: restored ? 'denied' : 'observed',
    actionResult: restored ? 'success' : 'none',
    subject: path,
    facts: { file: path.slice(0, 1000), change, restored },
  };
}
