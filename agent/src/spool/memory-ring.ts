import type { Detection } from '@sakimori/contract/detection';
import { severityId } from '@sakimori/contract/severity';
import type { Lost, SpoolRow } from './spool-file.ts';

type Item = { readonly detection: Detection; readonly body: string; readonly bytes: number };

/** Where detections wait while the disk takes no writes: bounded, and like the spool it gives up the least severe first. */
export class MemoryRing {
  #items: Item[] = [];
  #bytes = 0;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#items.length;
  }

  get detections(): Detection[] {
    return this.#items.map(({ detection }) => detection);
  }

  /** Adds it, or takes the place of the one of the same id. */
  put(detection: Detection): void {
    const body = JSON.stringify(detection);
    const item = { detection, body, bytes: Buffer.byteLength(body) };
    const index = this.#items.findIndex((other) => other.detection.id === detection.id);
    if (index >= 0) this.#bytes -= this.#items.splice(index, 1, item)[0]!.bytes;
    else this.#items.push(item);
    this.#bytes += item.bytes;
  }

  /** Gives up detections until the bound holds. `spare` and what is leased stay. */
  shed(spare: string | undefined, leased: ReadonlySet<string>): Lost[] {
    const lost: Lost[] = [];
    while (this.#bytes > this.#bytesMax) {
      const index = this.#leastSevere(spare, leased);
      const [item] = index < 0 ? [] : this.#items.splice(index, 1);
      if (!item) break;
      this.#bytes -= item.bytes;
      const { severity, occurredAt } = item.detection;
      lost.push({ severity: severityId(severity), occurredAt, bytes: item.bytes });
    }
    return lost;
  }

  #leastSevere(spare: string | undefined, leased: ReadonlySet<string>): number {
    let best = -1;
    let bestSeverity = Number.POSITIVE_INFINITY;
    for (const [index, { detection }] of this.#items.entries()) {
      const severity = severityId(detection.severity);
      if (severity >= bestSeverity || detection.id === spare || leased.has(detection.id)) continue;
      best = index;
      bestSeverity = severity;
      if (severity === 1) break;
    }
    return best;
  }

  next(countMax: number, bytesMax: number): SpoolRow[] {
    const rows: SpoolRow[] = [];
    let total = 0;
    for (const { detection, body, bytes } of this.#items.slice(0, countMax)) {
      if (rows.length > 0 && total + bytes > bytesMax) break;
      total += bytes;
      rows.push({ seq: 0, id: detection.id, body, bytes });
    }
    return rows;
  }

  delete(ids: ReadonlySet<string>): void {
    this.#items = this.#items.filter(({ detection }) => !ids.has(detection.id));
    this.#bytes = this.#items.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  clear(): void {
    this.#items = [];
    this.#bytes = 0;
  }
}
