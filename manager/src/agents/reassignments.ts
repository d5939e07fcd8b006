/** Tells whether hosts were announced as reassigned while they were being looked up: then what was read may be older than the announcement. */
export class Reassignments {
  /** Host → number of the announcement that named it last; kept only while somebody looks. */
  readonly #noted = new Map<string, number>();
  #number = 0;
  #looking = 0;

  note(hostIds: Iterable<string>): void {
    this.#number += 1;
    if (this.#looking === 0) return;
    for (const hostId of hostIds) this.#noted.set(hostId, this.#number);
  }

  /** @param hostIdsOf the hosts that were found. @returns what was found, and whether one of them was announced meanwhile */
  async during<T>(
    lookUp: () => Promise<T>,
    hostIdsOf: (found: T) => readonly string[],
  ): Promise<{ readonly value: T; readonly isStale: boolean }> {
    const startedAt = this.#number;
    this.#looking += 1;
    try {
      const value = await lookUp();
      return { value, isStale: hostIdsOf(value).some((hostId) => (this.#noted.get(hostId) ?? 0) > startedAt) };
    } finally {
      this.#looking -= 1;
      if (this.#looking === 0) this.#noted.clear();
    }
  }
}
