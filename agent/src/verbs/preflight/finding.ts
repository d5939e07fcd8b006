/** What preflight found at one thing it looked at. `code` names a phrase below `preflight.`, and what to do next one below `preflight.next.`. */
export type Finding = {
  readonly check: string;
  readonly level: 'pass' | 'warn' | 'fail';
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number>>;
  /** The host must be restarted, by people and at a time of theirs, before all of the agent works (S15). */
  readonly needsReboot?: true;
};

/** Where what was found waits for the enrolment, which brings it to the manager. */
export const preflightFileName = 'preflight.json';
