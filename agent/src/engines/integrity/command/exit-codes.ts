/**
 * Exit codes of `sakimori-agent integrity`, as scripts that call AIDE know them (aide(1), "EXIT STATUS"): what `check` and `diff` found is told in
 * bits, so that 7 is all three.
 */
export const integrityExitCodes = {
  same: 0,
  added: 1,
  removed: 2,
  changed: 4,
  /** The database could not be written. */
  writing: 14,
  /** An option is wrong, missing or not known. */
  argument: 15,
  /** There is no such command. */
  unimplemented: 16,
  /** The rules or roots cannot be used, or are not those of the database. */
  configuration: 17,
  /** A file or folder could not be read. */
  io: 18,
  /** The database is of another version of the format. */
  version: 19,
  /** The database is damaged, or is not the one whose seal was given. Not one of AIDE's. */
  database: 24,
  /** Whoever read the output went before its end, as `head` does: what a shell says of a program that SIGPIPE ended (128 + 13, signal(7)). */
  readerGone: 141,
} as const;

/** Ends the command with a sentence for the operator. */
export class IntegrityFault extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
