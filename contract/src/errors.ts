import { doorErrors } from './errors/door.ts';
import { meetingErrors } from './errors/meeting.ts';
import { responseErrors } from './errors/response.ts';
import { serviceErrors } from './errors/service.ts';
import { workbenchErrors } from './errors/workbench.ts';

/**
 * Every error a door can answer with. The public words come from here; what must stay private goes to `cause` and the log.
 * `status` is the HTTP status. Texts are ICU messages over the refusal's facts. `docs/reference/errors.md` is generated from this list.
 */
export const errors = {
  ...{ ...doorErrors, ...responseErrors, ...serviceErrors },
  ...{ ...meetingErrors, ...workbenchErrors },
} as const;

export type ErrorCode = keyof typeof errors;
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** An answer that says no, for a reason the caller may know. Private details belong in `cause`. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  constructor(code: ErrorCode, facts: Facts = {}, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(facts)}`, options);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
  get status(): number {
    return errors[this.code].status;
  }
}
