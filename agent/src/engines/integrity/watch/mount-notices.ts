import { ownRule } from '@sakimori/contract/rule-names';
import type { Mount, Mounts } from '../../../file-system/mounts.ts';
import { displayPath } from '../../../file-system/path-bytes.ts';
import type { DetectionDraft, EngineHost } from '../../engine.ts';

const memoryKey = 'mounts';
/** Mounts beyond this are not remembered, and so told again after the next start. */
const rememberedMax = 300;

/**
 * Says once of each network, FUSE or object-storage mount that appears while the agent works, or has appeared since it last worked, that it is
 * left out of the watch (S22). Those that were there at the very first look are in the module's state alone.
 */
export class MountNotices {
  readonly #host: EngineHost;
  readonly #isWatched: (point: string) => boolean;
  #known: ReadonlySet<string> | undefined;

  constructor(host: EngineHost, isWatched: (point: string) => boolean) {
    this.#host = host;
    this.#isWatched = isWatched;
    const kept = host.recall(memoryKey);
    this.#known = kept === undefined ? undefined : new Set(JSON.parse(kept) as string[]);
  }

  async update(mounts: Mounts): Promise<void> {
    const now = new Map(mounts.remote.map((point) => [keyOf(mounts.at(point)!), mounts.at(point)!]));
    const known = this.#known;
    this.#known = new Set(now.keys());
    const fresh = known ? [...now].filter(([key]) => !known.has(key)).map(([, mount]) => mount) : [];
    if (fresh.length === 0 && known?.size === now.size) return;
    for (const { point, type } of fresh)
      this.#host.log('warn', 'integrity: a mount appeared that is left out of the watch', { point, type });
    const drafts = fresh.map((mount) => skippedDraft(mount, this.#isWatched(mount.point)));
    await this.#host.report(drafts, { [memoryKey]: JSON.stringify([...now.keys()].slice(0, rememberedMax)) });
  }
}

/** Where, and what kind. Without the source, which s3fs and the like may name differently at each start. */
const keyOf = ({ point, type }: Mount): string => `${type} ${point}`.slice(0, 200);

function skippedDraft({ point, type, source }: Mount, watched: boolean): DetectionDraft {
  const path = displayPath(point);
  return {
    kind: 'integrity.mount_skipped',
    rule: ownRule('integrity.mount_skipped', 'integrity.mount_skipped'),
    severity: 'low',
    title: `A ${type} file system was mounted at ${path.slice(0, 300)}; it is left out of integrity monitoring`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    subject: path.slice(0, 500),
    facts: {
      mountPoint: path.slice(0, 1000),
      fileSystem: type.slice(0, 100),
      mountSource: withoutPassword(displayPath(source)).slice(0, 500),
      watched,
    },
  };
}

/** Some kinds of mount are given as an address, with name and password in it. */
const withoutPassword = (source: string): string => source.replace(/\/\/[^/@]*:[^/@]*@/, '//***@');
