import { Analyser, type Outcome, type Ruleset } from '../analyser.ts';
import type { LogFormat } from '../event.ts';
import { type SigmaFinding, type SigmaSet, SigmaWatch } from '../sigma/sigma-watch.ts';

/** What is made of one line: the rule of OSSEC's language it ends at, and every rule of Sigma that it fulfils. */
export interface Examined {
  readonly outcome: Outcome;
  readonly findings: readonly SigmaFinding[];
}

const none: readonly SigmaFinding[] = [];

/** The engine as the command line runs it, like OSSEC's logtest. */
export class Examiner {
  readonly #analyser: Analyser;
  readonly #sigma: SigmaSet | undefined;
  #watch: SigmaWatch | undefined;

  constructor(ruleset: Ruleset, sigma: SigmaSet | undefined) {
    this.#analyser = new Analyser(ruleset, { asLogtest: true });
    this.#sigma = sigma;
    this.#watch = sigma && new SigmaWatch(sigma);
  }

  /** Forgets every line. */
  reset(): void {
    this.#analyser.reset();
    this.#watch = this.#sigma && new SigmaWatch(this.#sigma);
  }

  examine(line: string, format: LogFormat, timeMs: number, location: string): Examined {
    const outcome = this.#analyser.analyse(line, format, timeMs, location);
    return { outcome, findings: this.#watch?.examine(outcome.event) ?? none };
  }

  /** A line that is too short for rules. */
  pass(line: string, format: LogFormat, timeMs: number, location: string): Examined {
    return { outcome: this.#analyser.pass(line, format, timeMs, location), findings: none };
  }
}
