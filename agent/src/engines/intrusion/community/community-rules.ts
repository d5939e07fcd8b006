import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommunityRulesSetting, IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { toInstant } from '../../../clock.ts';
import { errorText } from '../../../log.ts';
import type { EngineHost } from '../../engine.ts';
import { checkRules } from '../suricata/program.ts';
import { etOpenUrl, fetchRules } from './fetch-rules.ts';
import { describeRule, readRules } from './read-rules.ts';

/** What is in force, as it is kept beside the rules. */
type Kept = { readonly url: string; readonly at: string; readonly count: number; readonly leftOut: number };
export type CommunityReport = Partial<Kept> & { readonly fault?: string };

const retryMs = 3_600_000;
/** More rules than this that Suricata does not take are no slip, but a set for another engine or a broken one. */
const failedShareMax = 0.1;

/**
 * Rules of others (ET Open, or what a mirror has) beside those of the policy: they only detect. A set is in force when Suricata has taken it; one that
 * cannot be fetched or is broken changes nothing, and the one before stays, also over a restart of the agent.
 */
export class CommunityRules {
  readonly #host: EngineHost;
  readonly #folder: string;
  #wanted: CommunityRulesSetting | undefined;
  #kept: Kept | undefined;
  #lines: ReadonlyMap<number, string> = new Map();
  #digest = '';
  #fault: string | undefined;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #triedUrl: string | undefined;
  #busy: { readonly end: AbortController; readonly done: Promise<void> } | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
    this.#folder = join(host.dataFolder, 'community');
  }

  /** Equal where the rules are. */
  get digest(): string {
    return this.#digest;
  }

  get text(): string {
    return [...this.#lines.values()].map((line) => `${line}\n`).join('');
  }

  get report(): CommunityReport | undefined {
    return this.#wanted && { ...this.#kept, ...(this.#fault === undefined ? {} : { fault: this.#fault }) };
  }

  find(sid: number): IntrusionPolicyRule | undefined {
    const line = this.#lines.get(sid);
    return line === undefined ? undefined : describeRule(sid, line);
  }

  /** Takes up what was kept, or puts everything away. */
  async use(wanted: CommunityRulesSetting | undefined): Promise<void> {
    const before = this.#wanted;
    this.#wanted = wanted;
    if (!wanted) {
      if (before || this.#kept) this.#put(undefined, new Map());
      this.#fault = undefined;
      this.stop();
      // What is under way has files open there.
      void (this.#busy?.done ?? Promise.resolve())
        .then(() => (this.#wanted ? undefined : rm(this.#folder, { recursive: true, force: true })))
        .catch((error) => this.#host.log('warn', `rules of others are left on the disk: ${errorText(error)}`));
      return;
    }
    if (!before) await this.#takeUp();
  }

  /** Fetches them where it is time again, beside everything else: nothing waits for the minutes that it takes. */
  look(suricata: string): void {
    const wanted = this.#wanted;
    if (!wanted || this.#busy || !this.#isDue(wanted)) return;
    const end = new AbortController();
    const done = this.#try(suricata, wanted.url ?? etOpenUrl, end.signal).finally(() => {
      this.#busy = undefined;
    });
    this.#busy = { end, done };
  }

  /** Ends a fetch that is under way. */
  stop(): void {
    this.#busy?.end.abort();
  }

  async #try(suricata: string, url: string, signal: AbortSignal): Promise<void> {
    [this.#triedAtMs, this.#triedUrl] = [this.#host.clock.nowMs(), url];
    try {
      await this.#renew(suricata, url, signal);
      this.#fault = undefined;
    } catch (error) {
      if (signal.aborted) {
        this.#triedUrl = undefined;
        return;
      }
      this.#fault = errorText(error);
      this.#host.log('warn', `rules of others are not renewed: ${this.#fault}`, { url });
    }
  }

  #isDue({ url = etOpenUrl, everyHours }: CommunityRulesSetting): boolean {
    if (url !== this.#triedUrl && url !== this.#kept?.url) return true;
    const nowMs = this.#host.clock.nowMs();
    const everyMs = everyHours * 3_600_000;
    if (this.#fault !== undefined && nowMs < this.#triedAtMs + Math.min(retryMs, everyMs)) return false;
    const fetchedMs = this.#kept?.url === url ? Date.parse(this.#kept.at) : Number.NEGATIVE_INFINITY;
    return nowMs >= fetchedMs + everyMs;
  }

  async #renew(suricata: string, url: string, signal: AbortSignal): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const read = readRules(await fetchRules(this.#folder, suricata, url, signal));
    if (read.lines.size === 0) throw new Error('there is no rule in what was fetched');
    const lines = new Map(read.lines);
    signal.throwIfAborted();
    const failed = await checkRules(suricata, this.#folder, [...lines.values()].map((line) => `${line}\n`).join(''));
    for (const { sid } of failed) if (sid !== undefined) lines.delete(sid);
    if (failed.length > read.lines.size * failedShareMax || failed.some(({ sid }) => sid === undefined))
      throw new Error(`Suricata does not take ${failed.length} of ${read.lines.size} rules: ${failed[0]!.why}`);
    // Somebody may have switched it off, or named another place, meanwhile.
    if (signal.aborted || !this.#wanted || (this.#wanted.url ?? etOpenUrl) !== url) return;
    const at = toInstant(this.#host.clock.nowMs());
    const kept: Kept = { url, at, count: lines.size, leftOut: read.leftOut + failed.length };
    await this.#keep(kept, lines);
    this.#put(kept, lines);
    this.#host.log('info', 'rules of others are renewed', kept);
  }

  /** Both in one file, so that they are of one moment. */
  async #keep(kept: Kept, lines: ReadonlyMap<number, string>): Promise<void> {
    const path = join(this.#folder, keptName);
    await writeFile(`${path}.new`, `${JSON.stringify(kept)}\n${[...lines.values()].join('\n')}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async #takeUp(): Promise<void> {
    try {
      const text = await readFile(join(this.#folder, keptName), 'utf8');
      const end = text.indexOf('\n');
      this.#put(JSON.parse(text.slice(0, end)) as Kept, readRules(text.slice(end + 1)).lines);
    } catch {
      // There is none yet.
    }
  }

  #put(kept: Kept | undefined, lines: ReadonlyMap<number, string>): void {
    [this.#kept, this.#lines] = [kept, lines];
    this.#digest = lines.size === 0 ? '' : createHash('sha256').update(this.text).digest('hex');
  }
}

const keptName = 'accepted.rules';
