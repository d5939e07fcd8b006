/**
 * How long the program still turns before it ends. What V8 compiles in the background may need the main thread for a garbage collection; ended at that
 * very moment, both wait for each other for ever (seen with Node 26.10). A loop that turns serves it.
 */
const turnMs = 25;

/** Ends the program with this exit code, whatever still stands open. */
export function leave(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), turnMs);
}
