import { safeLength } from '@sakimori/contract/log-patterns/cost';
import type { Syntax } from '@sakimori/contract/log-patterns/syntax';
import { isSame } from './to-regexp.ts';

/** Steps that JavaScript's engine may take at worst unwatched (a fraction of a millisecond), and at all (some ten milliseconds). */
const stepsUnwatched = 200_000;
const stepsWatched = 20_000_000;
/** A watched search that took longer may have met a text that was made to be slow; or the machine was busy with something else. … */
const slowMs = 1;
/** … Where another one follows within so many searches, … */
const searchesBetween = 64;
/** … so many are left to our own engine from then on. */
const searchesSpared = 8192;

/**
 * Which engine searches a text: JavaScript's, which is quick and can be led astray, or ours, which is slow and cannot. They find the same, so
 * the choice is one of time alone: nobody who writes lines can make more than two searches in thousands slow.
 */
export class EngineChoice {
  readonly #syntax: Syntax;
  /** Reckoned when the first text comes: most patterns of a large set never see one. */
  #isReckoned = false;
  #unwatchedLength = -1;
  #watchedLength = -1;
  #spared = 0;
  #sinceSlow = searchesBetween;

  constructor(syntax: Syntax) {
    this.#syntax = syntax;
  }

  /** Whether JavaScript's engine may have a text of this length without being watched. */
  isQuick(length: number): boolean {
    if (!this.#isReckoned) this.#reckon();
    return length <= this.#unwatchedLength;
  }

  #reckon(): void {
    this.#isReckoned = true;
    if (!isSame(this.#syntax)) return;
    const lengthFor = safeLength(this.#syntax);
    this.#unwatchedLength = lengthFor(stepsUnwatched);
    this.#watchedLength = lengthFor(stepsWatched);
  }

  /** Whether it may have it while being watched; to be asked after `isQuick`. */
  isWatched(length: number): boolean {
    if (length > this.#watchedLength) return false;
    if (this.#spared === 0) return true;
    this.#spared--;
    return false;
  }

  watch<T>(search: () => T): T {
    const startMs = performance.now();
    const found = search();
    this.#sinceSlow++;
    if (performance.now() - startMs > slowMs) {
      if (this.#sinceSlow < searchesBetween) this.#spared = searchesSpared;
      this.#sinceSlow = 0;
    }
    return found;
  }
}
