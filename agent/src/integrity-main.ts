import { exitCodes } from './exit-codes.ts';
import { leave } from './leave.ts';
import { runIntegrity } from './verbs/integrity.ts';

/**
 * `sakimori-agent integrity` by itself, as the packages start it: what watches, sends and inspects is not loaded, which is half of the memory. In a checkout,
 * and in the bundle, the same begins in `main.ts`.
 */
function fail(error: unknown): never {
  process.stderr.write(`sakimori-agent: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(exitCodes.internal);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// Whatever is written is for its owner alone.
process.umask(0o077);
runIntegrity(process.argv.slice(2)).then(leave, fail);
