import { hash } from 'node:crypto';
import { BaselineVersion } from '@sakimori/contract/integrity-baseline';
import { toInstant } from '../../clock.ts';
import type { Pace } from '../../inventory/pace.ts';
import type { EngineHost, EngineTask } from '../engine.ts';
import type { Baseline } from './baseline.ts';
import type { Effective } from './effective.ts';
import type { EntityStore } from './entities/entity-store.ts';

/** What the daemon keeps for us, in the transaction of what is told. */
export const versionKey = 'baseline-version';
export const pendingKey = 'baseline-pending';

/** Why the baseline that is being recorded is. */
export type Pending = Pick<BaselineVersion, 'cause' | 'by' | 'reason'>;

export const requested = ({ by, reason }: EngineTask['facts']): Pending => ({
  cause: 'requested',
  ...(typeof by === 'string' ? { by } : {}),
  ...(typeof reason === 'string' ? { reason } : {}),
});

export function currentVersion(host: EngineHost): BaselineVersion | undefined {
  const text = host.recall(versionKey);
  return text === undefined ? undefined : BaselineVersion.parse(JSON.parse(text));
}

/** Digest of what is watched and how: other rules make another version of the baseline. */
export const rulesDigest = ({ policy, entities }: Effective): string =>
  hash('sha256', JSON.stringify([policy.rules, policy.hashBytesMax, entities]), 'hex');

/**
 * Notes that a baseline is recorded, where it is another one than the newest that was noted.
 * @returns the version in force
 */
export async function noteVersion(
  host: EngineHost,
  parts: {
    readonly effective: Effective;
    readonly baseline: Baseline;
    readonly store: EntityStore;
    readonly entities: number;
    readonly seconds: number;
    readonly pace: Pace;
  },
): Promise<BaselineVersion> {
  const known = currentVersion(host);
  const text = host.recall(pendingKey);
  const rules = rulesDigest(parts.effective);
  const pending: Pending | undefined = text === undefined ? undefined : (JSON.parse(text) as Pending);
  if (known && known.rules === rules && !pending) return known;
  const version: BaselineVersion = {
    version: (known?.version ?? 0) + 1,
    recordedAt: toInstant(host.clock.nowMs()),
    ...(pending ?? { cause: known ? 'rules' : 'first' }),
    rules,
    digest: await digestOf(parts.baseline, parts.store, parts.pace),
    files: parts.baseline.counts().files,
    entities: parts.entities,
    seconds: Math.round(parts.seconds * 10) / 10,
  };
  await host.report([], { [versionKey]: JSON.stringify(version), [pendingKey]: undefined });
  return version;
}

const entriesPerStep = 500;

/** SHA-256 over every recorded path with its state in the order of paths, and over the entities. */
async function digestOf(baseline: Baseline, store: EntityStore, pace: Pace): Promise<string> {
  const lines: string[] = [];
  let digest = '';
  for (let after = ''; ; ) {
    const entries = baseline.entriesAfter(after, entriesPerStep);
    const last = entries.at(-1);
    if (last === undefined) break;
    after = last.path;
    for (const entry of entries) lines.push(JSON.stringify(entry));
    // A chain of digests: the whole need not be in memory.
    digest = hash('sha256', digest + lines.splice(0).join('\n'), 'hex');
    await pace();
  }
  return hash('sha256', `${digest}\n${store.digest()}`, 'hex');
}
