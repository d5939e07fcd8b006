/** Exit codes of sysexits.h, which init systems and scripts understand. */
export const exitCodes = {
  ok: 0,
  usage: 64,
  /** The manager could not be reached, or refused. */
  unavailable: 69,
  internal: 70,
  /** Another agent works in this folder. */
  taken: 75,
  /** Only root may. */
  noPermission: 77,
  /** Identity, key or configuration are not usable. */
  config: 78,
} as const;

/** Ends the program with a sentence for the operator. */
export class ExitError extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
