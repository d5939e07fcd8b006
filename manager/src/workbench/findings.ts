import {
  type Detection,
  dayInJapan,
  hitsShownMax,
  type RuleHit,
  type RuleTry,
  type TryLimit,
} from '@sakimori/contract';

/** What a look brought to light; who looked and when is added by whoever keeps it. */
export type Findings = Pick<RuleTry, 'looked' | 'hits' | 'hosts' | 'byDay' | 'items' | 'limits'> & {
  readonly since?: Date;
};

const textMax = 2000;

/** Counts all hits and keeps the newest: they come in the order of their times. */
export class Tally {
  readonly #days = new Map<string, number>();
  readonly #hosts = new Set<string>();
  readonly #newest: RuleHit[] = [];
  readonly #isNewestKept: boolean;
  #hits = 0;

  /** @param isNewestKept otherwise the first: of a file one reads from its top */
  constructor(isNewestKept: boolean) {
    this.#isNewestKept = isNewestKept;
  }

  add(hit: RuleHit): void {
    this.#hits += 1;
    if (hit.hostName !== undefined) this.#hosts.add(hit.hostName);
    if (hit.at !== undefined) {
      const day = dayInJapan(new Date(hit.at));
      this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
    }
    if (this.#newest.length === hitsShownMax) {
      if (!this.#isNewestKept) return;
      this.#newest.shift();
    }
    this.#newest.push({
      ...hit,
      text: hit.text.slice(0, textMax).toWellFormed(),
      ...(hit.ruleName === undefined ? {} : { ruleName: hit.ruleName.slice(0, 300).toWellFormed() }),
    });
  }

  result(looked: number, limits: readonly TryLimit[]): Findings {
    return {
      ...{ looked, hits: this.#hits, hosts: this.#hosts.size },
      byDay: [...this.#days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, hits]) => ({ day, hits })),
      items: this.#isNewestKept ? this.#newest.toReversed() : this.#newest,
      limits: [...limits],
    };
  }
}

/** What a hit has of the detection that it is about. */
export const ofDetection = ({ record, hostName }: { readonly record: Detection; readonly hostName: string }) => ({
  ...{ at: record.occurredAt, hostName, detectionId: record.id },
});
