import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Goodbye } from '@sakimori/contract/agent-protocol';
import { systemClock } from '../clock.ts';
import { type Config, ConfigFaults, readConfig } from '../config.ts';
import { Daemon } from '../daemon.ts';
import { openDataFolder } from '../data-folder.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { closeKey, type Identity, identityFileName, readIdentity } from '../identity.ts';
import { createLog, errorText, type Log } from '../log.ts';
import { SpoolTaken } from '../spool/index.ts';
import { type EnrolOptions, enrolHost } from './enrol.ts';

/** Longest time between the signal and the end of the process. */
const stopMsMax = 5000;

/** Runs the agent until it is asked to stop. @throws ExitError when it cannot start */
export async function runAgent(options: EnrolOptions): Promise<void> {
  const { folder } = options;
  openDataFolder(folder);
  const config = loadConfig(folder);
  const log = createLog(systemClock, (line) => process.stderr.write(line), config.logLevel);
  if (!existsSync(join(folder, identityFileName))) await enrolFirst(options, log);
  const { identity, exposedMode } = loadIdentity(folder);
  const daemon = createDaemon(folder, config, identity, exposedMode, log);
  // Timers of the clock do not keep the process; this does, from the first wait on.
  const keepAlive = setInterval(() => {}, 2 ** 30);
  const asked = untilAsked();
  await daemon.start();
  log('info', `${await asked}: the agent stops`);
  await stopInTime(folder, daemon, log);
  clearInterval(keepAlive);
}

async function enrolFirst(options: EnrolOptions, log: Log): Promise<void> {
  if (options.token === undefined && options.tokenFile === undefined) {
    throw new ExitError(
      exitCodes.config,
      'this host is not enrolled; run: sakimori-agent enrol --token-file FILE --data DIR',
    );
  }
  const { hostId } = await enrolHost(options);
  log('info', 'this host is enrolled', { hostId });
}

function loadConfig(folder: string): Config {
  try {
    return readConfig(folder, process.env);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    const list = error.faults.map((fault) => `  ${fault}`).join('\n');
    throw new ExitError(exitCodes.config, `the configuration is not usable:\n${list}`);
  }
}

function loadIdentity(folder: string): { identity: Identity; exposedMode: string | undefined } {
  try {
    const exposedMode = closeKey(folder);
    return { identity: readIdentity(folder)!, exposedMode };
  } catch (error) {
    throw new ExitError(exitCodes.config, errorText(error));
  }
}

function createDaemon(
  folder: string,
  config: Config,
  identity: Identity,
  exposedMode: string | undefined,
  log: Log,
): Daemon {
  try {
    return new Daemon({ folder, config, identity, exposedMode, clock: systemClock, log });
  } catch (error) {
    if (error instanceof SpoolTaken) throw new ExitError(exitCodes.taken, error.message);
    throw error;
  }
}

const untilAsked = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => resolve(name));
  });

async function stopInTime(folder: string, daemon: Daemon, log: Log): Promise<void> {
  const timer = setTimeout(() => {
    log('error', 'the agent could not stop in time');
    process.exit(exitCodes.internal);
  }, stopMsMax);
  await daemon.stop(stopReason(folder));
  clearTimeout(timer);
}

const reasonFileName = 'stop-reason';

/**
 * Why we are stopped: what the package's script left in the data folder (`upgrade`, `uninstall`), `shutdown` when systemd says that the
 * machine goes down, else `stop`.
 */
function stopReason(folder: string): Goodbye['reason'] {
  const path = join(folder, reasonFileName);
  try {
    const reason = Goodbye.shape.reason.parse(readFileSync(path, 'utf8').trim());
    rmSync(path);
    return reason;
  } catch {
    return isMachineStopping() ? 'shutdown' : 'stop';
  }
}

function isMachineStopping(): boolean {
  if (!existsSync('/run/systemd/system')) return false;
  try {
    // Exits with 1 for every state but "running", and says the state all the same.
    execFileSync('systemctl', ['is-system-running'], { timeout: 300, stdio: ['ignore', 'pipe', 'ignore'] });
    return false;
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout ?? '').trim() === 'stopping';
  }
}
