import { badRequest } from '../http/api-fault.ts';

/** Characters compared: some tenths of a second, during which nobody else gets a turn. */
const stepsMax = 50_000_000;

/** What the texts of one search may cost together, whatever patterns and texts a client brings. */
export class Effort {
  #left = stepsMax;

  get left(): number {
    return this.#left;
  }

  /** @throws ApiFault 400 where it was too much */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw badRequest('This search compares too much text: search for less, or in fewer fields.');
  }
}
