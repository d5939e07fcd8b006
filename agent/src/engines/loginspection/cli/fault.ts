/** What ends `logtest` and `logscan` early: an exit code of sysexits.h and a sentence for the one who called. */
export class CommandFault extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usageFault = (message: string): CommandFault => new CommandFault(64, message);
/** What was given was read and is wrong. */
export const dataFault = (message: string, cause?: unknown): CommandFault => new CommandFault(65, message, { cause });
/** What was named is not there, or cannot be read. */
export const missingFault = (message: string, cause?: unknown): CommandFault =>
  new CommandFault(66, message, { cause });
