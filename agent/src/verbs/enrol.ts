import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PreflightRecord } from '@sakimori/contract/preflight';
import { systemClock, toInstant } from '../clock.ts';
import { openDataFolder } from '../data-folder.ts';
import { enrol, parseToken, TokenFault } from '../enrol.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { type Identity, identityFileName, writeIdentity } from '../identity.ts';
import { errorText } from '../log.ts';
import { Spool, SpoolTaken } from '../spool/index.ts';
import { ManagerRefusal } from '../transport.ts';
import { preflightFileName } from './preflight/finding.ts';

export type EnrolOptions = {
  readonly folder: string;
  readonly token: string | undefined;
  /** A path, or `-` for standard input. */
  readonly tokenFile: string | undefined;
  /** Enrols again where the host is enrolled already. */
  readonly force: boolean;
};

/** Enrols this host and writes its identity. @throws ExitError */
export async function enrolHost(options: EnrolOptions): Promise<Identity> {
  const { folder, force } = options;
  openDataFolder(folder);
  const isEnrolled = existsSync(join(folder, identityFileName));
  if (isEnrolled && !force) {
    throw new ExitError(
      exitCodes.usage,
      'this host is enrolled already. With --force it gets a new identity; what waits to be sent under the old one is set aside',
    );
  }
  if (isEnrolled) refuseWhileRunning(folder);
  const identity = await certify(await readToken(options), readPreflight(folder));
  if (isEnrolled) setAside(folder);
  writeIdentity(folder, identity);
  rmSync(join(folder, preflightFileName), { force: true });
  return identity;
}

/** What preflight kept for the manager; nothing where it did not, or what is there is not it. */
function readPreflight(folder: string): PreflightRecord | undefined {
  try {
    return PreflightRecord.parse(JSON.parse(readFileSync(join(folder, preflightFileName), 'utf8')));
  } catch {
    return undefined;
  }
}

async function certify(token: string, preflight: PreflightRecord | undefined): Promise<Identity> {
  try {
    return await enrol(parseToken(token), preflight);
  } catch (error) {
    if (error instanceof TokenFault) throw new ExitError(exitCodes.usage, error.message);
    if (error instanceof ManagerRefusal) throw new ExitError(exitCodes.unavailable, error.message);
    throw new ExitError(exitCodes.unavailable, `the host could not be enrolled: ${errorText(error)}`);
  }
}

async function readToken({ token, tokenFile }: EnrolOptions): Promise<string> {
  if (token !== undefined) return token;
  if (tokenFile === undefined) {
    throw new ExitError(exitCodes.usage, 'give the token: --token-file FILE, or - to read it from standard input');
  }
  try {
    return tokenFile === '-' ? await readStandardInput() : readFileSync(tokenFile, 'utf8');
  } catch (error) {
    throw new ExitError(exitCodes.usage, `the token cannot be read: ${errorText(error)}`);
  }
}

async function readStandardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 10_000) throw new Error('there is too much on standard input for a token');
  }
  return text;
}

function refuseWhileRunning(folder: string): void {
  try {
    const seal = () => {
      throw new Error('nothing is told here');
    };
    new Spool({ path: join(folder, 'spool.db'), clock: systemClock, log: () => {}, seal }).close();
  } catch (error) {
    // A damaged spool is set aside in a moment; one in use is a running agent.
    if (error instanceof SpoolTaken) throw new ExitError(exitCodes.taken, 'stop the running agent first');
  }
}

/** Keeps what belongs to the old identity apart from the new one: it must never be sent to another account. The old key is destroyed. */
function setAside(folder: string): void {
  const target = join(folder, `previous-${toInstant(systemClock.nowMs()).replaceAll(/[^\dTZ]/g, '')}`);
  mkdirSync(target, { mode: 0o700 });
  rmSync(join(folder, identityFileName));
  const names = [
    'policy.json',
    'run.json',
    'status.json',
    'engines',
    ...['', '-wal', '-shm'].map((tail) => `spool.db${tail}`),
  ];
  for (const name of names) {
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(target, name));
  }
}
