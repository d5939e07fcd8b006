import { ownRule } from '@sakimori/contract/rule-names';
import type { DetectionDraft } from '../engines/engine.ts';
import { errorText } from '../log.ts';
import type { Ending } from './launch.ts';
import type { CareParts } from './plan.ts';

/** What the manager hears of a child's fault: once when it begins, once when it is over. */
type IncidentKind = 'engine.died' | 'engine.hung' | 'engine.recovered';

const titles = {
  'engine.died': (name: string, cause: string) => `The engine ${name} has ended and is started again: ${cause}`,
  'engine.hung': (name: string, cause: string) => `The engine ${name} does not answer: ${cause}`,
  'engine.recovered': (name: string, cause: string) => `The engine ${name} works again; before: ${cause}`,
} as const;

/** From the first fault until the child has worked for a while. Crash loops, hangs that end in a kill and slow starts are all one. */
export class Incident {
  readonly #host: CareParts['host'];
  readonly #name: string;
  #cause: string | undefined;
  #beganMs = 0;
  #restartsBefore = 0;

  constructor(host: CareParts['host'], name: string) {
    this.#host = host;
    this.#name = name;
  }

  /** What went wrong last; `undefined`: there is no incident. */
  get cause(): string | undefined {
    return this.#cause;
  }

  /** @param restarts so far, before the one that follows. Only the first fault of an incident is told. */
  begin(kind: 'engine.died' | 'engine.hung', cause: string, restarts: number, facts: Facts): void {
    const isFirst = this.#cause === undefined;
    this.#cause = cause;
    if (!isFirst) return;
    this.#beganMs = this.#host.clock.nowMs();
    this.#restartsBefore = restarts;
    this.#tell(draftOf(kind, this.#name, cause, facts));
  }

  /** @param workedSinceMs when the child began to answer. @returns false where there was none */
  end(workedSinceMs: number, restarts: number): boolean {
    const cause = this.#cause;
    if (cause === undefined) return false;
    this.#cause = undefined;
    const downSeconds = Math.max(0, Math.round((workedSinceMs - this.#beganMs) / 1000));
    this.#tell(
      draftOf('engine.recovered', this.#name, cause, { downSeconds, restarts: restarts - this.#restartsBefore }),
    );
    return true;
  }

  /** Nobody wants the child any more. */
  drop(): void {
    this.#cause = undefined;
  }

  #tell(draft: DetectionDraft): void {
    this.#host
      .report([draft])
      .catch((error: unknown) => this.#host.log('error', `${this.#name}: could not be reported: ${errorText(error)}`));
  }
}

type Facts = NonNullable<DetectionDraft['facts']>;

function draftOf(kind: IncidentKind, name: string, cause: string, facts: Facts): DetectionDraft {
  return {
    kind,
    rule: ownRule(kind, kind),
    // The host stands without what the engine guards, and nobody may have asked for that.
    severity: kind === 'engine.recovered' ? 'informational' : 'high',
    title: titles[kind](name, cause).slice(0, 500),
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    subject: name,
    facts: { engine: name, cause: cause.slice(0, 300), ...facts },
  };
}

/** In words, for a log and a detection. */
export function endingText({ code, signal, fault }: Ending): string {
  if (fault !== undefined) return `it could not be started (${fault})`;
  return signal ? `ended by ${signal}` : `ended with exit code ${code}`;
}
