import { PolicyFault } from '../engines/engine.ts';
import { readArguments } from '../engines/integrity/command/arguments.ts';
import { IntegrityFault, integrityExitCodes } from '../engines/integrity/command/exit-codes.ts';

const help = `sakimori-agent integrity: records what files are, and says later what became of them

  init  --root DIR … | --rules FILE  --db FILE [--force] [--attributes LIST] [--hash-limit BYTES]
  check --db FILE [--update [--out FILE]] [--paranoid] [--seal DIGITS] [--report-limit N]
  diff  --db OLD --db NEW [--seal DIGITS] [--report-limit N]

  --root DIR       everything at and below DIR; more than once where needed
  --rules FILE     an integrity policy or its rules as JSON, or one path a line: "/etc", "/var/log mode,owner", "!/etc/mtab"
  --db FILE        the database; init writes it with mode 0600 and keeps what is there unless --force is given
  --attributes LIST  with --root: what is compared; type,content,link,mode,owner,group,size,modified,inode,links,changed is the default, born may be added
  --update         write what is there now as the next version; the version before stays as FILE.<version>
  --paranoid       read every file, also one whose inode, size and times are what they were
  --seal DIGITS    the seal that init printed: the database must be that one and no other
  --hash-limit BYTES  files above it are compared by size and times only (4 GiB)
  --workers N      threads that work (as many as there are processors, at most 4)
  --json           a line of JSON for each change and one for the summary
  --quiet          no progress on the terminal

Exit codes are AIDE's: 0 no difference, else the sum of 1 (added), 2 (removed), 4 (changed); 14 database not writable, 15 wrong argument,
16 no such command, 17 rules or roots not usable, 18 database not readable, 19 another version of the format, 24 database damaged,
141 whoever read the output went before its end, as \`head\` does; a database that was to be written is.
`;

/** @returns exit code */
export async function runIntegrity(given: readonly string[]): Promise<number> {
  try {
    const out = new Output();
    const args = readArguments(given);
    if (args === 'help') return await out.end(help, integrityExitCodes.same);
    const written: string[] = [];
    const emit = (text: string) => {
      written.push(text);
      if (written.length >= 512) out.write(written.splice(0).join(''));
    };
    const code = await (await loadCommand(args.verb))(args, emit);
    return await out.end(written.join(''), code);
  } catch (error) {
    const known = faultOf(error);
    if (!known) throw error;
    process.stderr.write(`sakimori-agent integrity: ${known.message}\n`);
    return known.exitCode;
  }
}

function faultOf(error: unknown): IntegrityFault | undefined {
  if (error instanceof IntegrityFault) return error;
  return error instanceof PolicyFault ? new IntegrityFault(integrityExitCodes.configuration, error.message) : undefined;
}

/** Each command is loaded when it is needed. */
async function loadCommand(verb: 'init' | 'check' | 'diff') {
  if (verb === 'init') return (await import('../engines/integrity/command/init.ts')).init;
  if (verb === 'check') return (await import('../engines/integrity/command/check.ts')).check;
  return (await import('../engines/integrity/command/diff.ts')).diff;
}

/** Standard output. When its reader has gone, what is under way comes to its end all the same: a database is never left half updated for that. */
class Output {
  #isReaderGone = false;

  constructor() {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error) => {
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
        this.#isReaderGone ||= stream === process.stdout;
      });
    }
  }

  write(text: string): void {
    if (!this.#isReaderGone) process.stdout.write(text);
  }

  /** What is printed goes out before the process ends, also into a pipe. @returns the exit code: this one, or that the reader has gone */
  async end(text: string, code: number): Promise<number> {
    if (this.#isReaderGone) return integrityExitCodes.readerGone;
    const fault = await new Promise<NodeJS.ErrnoException | null | undefined>((done) => {
      process.stdout.write(text, done);
    });
    return fault?.code === 'EPIPE' ? integrityExitCodes.readerGone : code;
  }
}
