import { join } from 'node:path';
import type { EstimateFigures } from '@sakimori/contract/integrity-estimate';
import type { Clock } from '../../clock.ts';
import { CpuShare } from '../../cpu-share.ts';
import { listNames } from '../../file-system/list-folder.ts';
import { type Mounts, readMounts } from '../../file-system/mounts.ts';
import { createPace } from '../../inventory/pace.ts';
import { AccountNames } from './account-names.ts';
import { cpuPercentOf } from './cpu-percent.ts';
import type { Effective } from './effective.ts';
import { EntityRules } from './entities/entity-rules.ts';
import { readers } from './entities/readers.ts';
import { SafeFiles } from './entities/safe-files.ts';
import { look, observe, type Sight } from './observe.ts';
import { RuleSet } from './rules.ts';
import { Sample } from './sample.ts';

const groupSize = 500;
/** A row of the baseline with its place in two indexes, by what databases of some hundred thousand files take. */
const bytesPerPath = 420;
const mountsShown = 50;

type Parts = {
  readonly clock: Clock;
  readonly effective: Effective;
  readonly ownFolders: readonly string[];
  readonly entityRoot: string;
  readonly tell: (figures: EstimateFigures) => Promise<void>;
  readonly isStopped: () => boolean;
};

/**
 * Counts what a policy would watch (S24): every path is looked at once, as a scan would, and none is read but a sample, by which the time of a first scan is
 * told. Keeps to the policy's budget of the processor itself.
 * @throws PolicyFault for a policy that cannot be carried out, Error when it was stopped
 */
export async function estimate(parts: Parts): Promise<EstimateFigures> {
  const { clock, effective, tell } = parts;
  const { policy } = effective;
  const count = new Count(parts, new RuleSet(policy.rules, parts.ownFolders));
  const share = new CpuShare(clock, cpuPercentOf(policy));
  const rest = () => share.rest();
  await count.walk(async () => {
    if (parts.isStopped()) throw new Error('the agent is stopping');
    await rest();
    await tell(count.figures());
  });
  await count.sample.measure(rest);
  count.entities = await countEntities(parts);
  return count.figures();
}

class Count {
  entities = 0;
  readonly sample: Sample;
  readonly #parts: Parts;
  readonly #rules: RuleSet;
  readonly #mounts: Mounts;
  readonly #skipped = new Set<string>();
  #files = 0;
  #folders = 0;
  #contentBytes = 0;
  #denied = 0;
  #looked = 0;
  #lookMs = 0;

  constructor(parts: Parts, rules: RuleSet) {
    this.#parts = parts;
    this.#rules = rules;
    this.#mounts = readMounts(undefined, parts.effective.policy.includeMounts);
    const { hashBytesMax } = parts.effective.policy;
    this.sample = new Sample(parts.clock, (path) => this.#observe(path, hashBytesMax));
  }

  async walk(step: () => Promise<void>): Promise<void> {
    const stack = ['/'];
    for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
      try {
        for await (const names of this.#namesIn(folder)) {
          const startMs = this.#parts.clock.monotonicMs();
          for (const name of names) if (this.#lookAt(join(folder, name))) stack.push(join(folder, name));
          this.#lookMs += this.#parts.clock.monotonicMs() - startMs;
          await step();
        }
      } catch (error) {
        const { syscall, code } = error as NodeJS.ErrnoException;
        if (syscall === undefined) throw error;
        if (code !== 'ENOENT') this.#denied += 1;
      }
    }
  }

  async *#namesIn(folder: string): AsyncGenerator<readonly string[]> {
    const steps = this.#rules.relate(folder) === 'inside' ? undefined : this.#rules.stepsFrom(folder);
    if (steps) yield [...steps];
    else yield* listNames(folder, groupSize);
  }

  /** @returns whether it is a folder to go into */
  #lookAt(path: string): boolean {
    const relation = this.#rules.relate(path);
    if (relation === 'none' && !this.#rules.leadsOn(path)) return false;
    const mount = this.#mounts.skipping(path);
    if (mount !== undefined) {
      if (this.#mounts.remote.includes(mount)) this.#skipped.add(mount);
      return false;
    }
    const sight = look(path);
    this.#looked += 1;
    if (sight.state === 'denied') this.#denied += 1;
    if (sight.state !== 'present') return false;
    if (relation === 'inside') this.#note(path, sight);
    return sight.type === 'directory' && this.#rules.leadsOn(path);
  }

  #note(path: string, sight: Extract<Sight, { state: 'present' }>): void {
    if (sight.type === 'directory') {
      this.#folders += 1;
      return;
    }
    this.#files += 1;
    const bytes = Number(sight.stat.size);
    if (sight.type !== 'file' || bytes > this.#parts.effective.policy.hashBytesMax || !this.#rules.needsContent(path))
      return;
    this.#contentBytes += bytes;
    this.sample.offer(path, bytes);
  }

  async #observe(path: string, hashBytesMax: number): Promise<void> {
    await observe(path, look(path), hashBytesMax);
  }

  figures(): EstimateFigures {
    const paths = this.#files + this.#folders;
    const perLookMs = this.#looked === 0 ? 0 : this.#lookMs / this.#looked;
    const { perFileMs, perByteMs } = this.sample.rates;
    const workMs = paths * perLookMs + this.#files * perFileMs + this.#contentBytes * perByteMs;
    const cpuPercent = cpuPercentOf(this.#parts.effective.policy);
    return {
      ...{ files: this.#files, folders: this.#folders, contentBytes: this.#contentBytes, entities: this.entities },
      mountsSkipped: [...this.#skipped].slice(0, mountsShown).map((point) => point.slice(0, 1000)),
      denied: this.#denied,
      seconds: Math.round(workMs * (100 / cpuPercent)) / 1000,
      cpuPercent,
      baselineBytes: paths * bytesPerPath,
    };
  }
}

async function countEntities({ clock, effective, entityRoot }: Parts): Promise<number> {
  const rules = new EntityRules(effective.entities);
  const parts = { files: new SafeFiles(entityRoot), pace: createPace(clock), names: new AccountNames() };
  let count = 0;
  for (const kind of rules.kinds) count += rules.count(kind, (await readers[kind].read(parts)) ?? []);
  return count;
}
