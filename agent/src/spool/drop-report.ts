import { ownRule } from '@sakimori/contract/rule-names';
import { severities } from '@sakimori/contract/severity';
import type { DetectionDraft } from '../engines/engine.ts';
import type { Lost } from './spool-file.ts';

/** Counts what the spool gave up for want of room, until the account of it is on its way. */
export class DropReport {
  readonly id: string;
  #count = 0;
  #bytes = 0;
  #firstAt = '';
  #lastAt = '';
  readonly #bySeverity = new Map<string, number>();

  constructor(id: string) {
    this.id = id;
  }

  add(lost: readonly Lost[]): void {
    for (const { severity, occurredAt, bytes } of lost) {
      this.#count += 1;
      this.#bytes += bytes;
      if (this.#firstAt === '' || occurredAt < this.#firstAt) this.#firstAt = occurredAt;
      if (occurredAt > this.#lastAt) this.#lastAt = occurredAt;
      const name = severities[severity - 1]!;
      this.#bySeverity.set(name, (this.#bySeverity.get(name) ?? 0) + 1);
    }
  }

  toDraft(cause: 'full' | 'memory'): DetectionDraft {
    return {
      kind: 'spool.dropped',
      rule: ownRule('spool.dropped', 'spool.dropped'),
      severity: 'high',
      title: `${this.#count} detections from ${this.#firstAt} to ${this.#lastAt} were dropped: the spool is full`,
      mode: 'detect',
      action: 'observed',
      actionResult: 'none',
      facts: {
        cause,
        dropped: this.#count,
        bytes: this.#bytes,
        firstAt: this.#firstAt,
        lastAt: this.#lastAt,
        ...Object.fromEntries(this.#bySeverity),
      },
    };
  }
}
