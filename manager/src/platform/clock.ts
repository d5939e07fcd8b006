/** The one source of time in the manager. Domain code never asks the system or the database what time it is. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands where it is put: for tests, and to replay a contract year in minutes. */
export class ManualClock implements Clock {
  #atMs: number;
  constructor(at: string | Date) {
    this.#atMs = new Date(at).getTime();
  }
  now(): Date {
    return new Date(this.#atMs);
  }
  set(at: string | Date): void {
    this.#atMs = new Date(at).getTime();
  }
  advance(byMs: number): void {
    this.#atMs += byMs;
  }
}
