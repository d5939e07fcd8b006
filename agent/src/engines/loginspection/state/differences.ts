import type { LogEvent } from '../event.ts';

/** Longest message that is compared, characters, and how many are kept. */
const charsMax = 8191;
const keptMax = 2000;

/** `<check_diff>`: the last message that reached a rule from a host. */
export class Differences {
  readonly #last = new Map<string, string>();
  #isChanged = false;

  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  get entries(): Iterable<readonly [string, string]> {
    return this.#last;
  }

  restore(entries: readonly (readonly [string, string])[]): void {
    for (const [key, text] of entries) this.#last.set(key, text);
  }

  clear(): void {
    if (this.#last.size > 0) this.#last.clear();
  }

  /** The first message differs from none; too long a one is not compared. */
  isDifferent(ruleId: number, event: LogEvent): boolean {
    const { text } = event.message;
    if (text.length > charsMax) return false;
    const key = `${event.hostname?.text ?? ''} ${ruleId}`;
    const before = this.#last.get(key);
    if (before === text) return false;
    this.#last.delete(key);
    this.#last.set(key, text);
    this.#isChanged = true;
    if (this.#last.size > keptMax) this.#dropOldest();
    return before !== undefined;
  }

  #dropOldest(): void {
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      return;
    }
  }
}
