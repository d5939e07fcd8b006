import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { createPace } from '../../inventory/pace.ts';
import { errorText } from '../../log.ts';
import type { EngineHost } from '../engine.ts';
import type { Baseline } from './baseline.ts';
import { currentVersion, noteVersion } from './baseline-version.ts';
import type { Effective } from './effective.ts';
import { EntityRules } from './entities/entity-rules.ts';
import type { EntityStore } from './entities/entity-store.ts';
import { EntityWatch } from './entities/entity-watch.ts';
import { IntegrityWatch } from './integrity-watch.ts';
import { type IntegrityRule, RuleSet } from './rules.ts';
import { statusOf } from './status.ts';

const retrySeconds = 10;

/** One policy in force on this host: the watch of files and the watch of everything else, over the same record. */
export class InForce {
  readonly files: IntegrityWatch;
  readonly entities: EntityWatch;
  readonly #host: EngineHost;
  readonly #baseline: Baseline;
  readonly #store: EntityStore;
  readonly #effective: Effective;
  #isStopped = false;
  #noting: Promise<void> = Promise.resolve();

  constructor(parts: {
    host: EngineHost;
    baseline: Baseline;
    store: EntityStore;
    effective: Effective;
    rules: RuleSet;
    ownFolders: readonly string[];
    entityRoot: string;
  }) {
    const { host, baseline, store, effective, rules, ownFolders } = parts;
    const { policy } = effective;
    this.#host = host;
    this.#baseline = baseline;
    this.#store = store;
    this.#effective = effective;
    const known = new RuleSet(readKnownRules(baseline), ownFolders);
    this.files = new IntegrityWatch({ host, baseline, policy, rules, known, ownFolders, hostRoot: parts.entityRoot });
    this.entities = new EntityWatch({
      ...{ host, store, rules: new EntityRules(effective.entities) },
      ...{ realTime: policy.realTime, scanEverySeconds: policy.scanEverySeconds },
      root: parts.entityRoot,
    });
  }

  start(): void {
    this.files.start();
    this.entities.start();
    this.#noting = this.#noteWhenBuilt();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.files.stop(), this.entities.stop(), this.#noting]);
  }

  /** Waits until everything is recorded. @returns false when it was stopped before. @throws Error when the scan failed */
  async built(): Promise<boolean> {
    await this.entities.recorded();
    const isBuilt = await this.files.built();
    if (isBuilt) await this.#noting;
    return isBuilt;
  }

  /** Compares everything now. @returns false when it was stopped before the end. @throws Error when the scan failed */
  async scanNow(): Promise<boolean> {
    await this.entities.scanNow();
    return this.files.scanNow();
  }

  get entityCount(): number {
    return [...this.entities.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** A scan that fails is tried again by the watch: then the version is noted after that. */
  async #noteWhenBuilt(): Promise<void> {
    try {
      await this.entities.recorded();
      if (!(await this.files.built()) || this.#isStopped) return;
      await noteVersion(this.#host, {
        ...{ effective: this.#effective, baseline: this.#baseline, store: this.#store },
        ...{ entities: this.entityCount, seconds: this.files.lastScanSeconds ?? 0 },
        pace: createPace(this.#host.clock),
      });
    } catch (error) {
      if (this.#isStopped) return;
      this.#host.log('warn', `integrity: the version of the baseline is not noted yet: ${errorText(error)}`);
      this.#host.clock.after(retrySeconds * 1000, () => {
        this.#noting = this.#noteWhenBuilt();
      });
    }
  }

  status(policy: IntegrityPolicy): ModuleStatus {
    const files = statusOf(policy, this.files, this.#baseline);
    const causes = [...files.causes, ...this.#causes()];
    const version = currentVersion(this.#host);
    return {
      ...files,
      state: causes.length > 0 ? 'degraded' : 'active',
      causes,
      figures: {
        ...files.figures,
        ...(this.entities.kinds.length > 0 ? { entities: this.entityCount } : {}),
        ...Object.fromEntries([...this.entities.counts].map(([kind, count]) => [`entity_${kind}`, count])),
        ...(this.#effective.exclusions > 0 ? { exclusions: this.#effective.exclusions } : {}),
      },
      ...(version ? { baseline: version } : {}),
    };
  }

  #causes(): ModuleStatus['causes'] {
    const { unset } = this.#effective;
    const { unseen, fault } = this.entities;
    return [
      ...(unset.length > 0
        ? [{ code: 'integrity_variable_unset', facts: { names: unset.join(', ').slice(0, 1000) } }]
        : []),
      ...(unseen.length > 0 ? [{ code: 'integrity_entities_unseen', facts: { kinds: unseen.join(', ') } }] : []),
      ...(fault ? [{ code: 'integrity_entities_failed', facts: { detail: fault.slice(0, 500) } }] : []),
    ];
  }
}

/** The rules with which the baseline was last completed; none when it never was. */
function readKnownRules(baseline: Baseline): IntegrityRule[] {
  const text = baseline.getMeta('rules');
  return text === undefined ? [] : (JSON.parse(text) as IntegrityRule[]);
}
