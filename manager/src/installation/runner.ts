import type { Actor, PushLogLine } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { type DeploymentParts, makeDeploymentScript, quoteForShell, SoftwareUnavailable } from '../deployment/index.ts';
import { withdrawToken } from '../hosts/index.ts';
import { announce } from '../platform/index.ts';
import { type Credentials, CredentialsGone } from './credentials.ts';
import { lastLine, SshFault, SshSession } from './ssh.ts';
import {
  endPush,
  insertLog,
  keepAlive,
  selectHostOfToken,
  type TargetChange,
  type TargetRow,
  updateTarget,
} from './store.ts';

export type Run = {
  readonly accountId: string;
  readonly pushId: string;
  readonly actor: Actor;
  readonly targets: readonly TargetRow[];
  readonly credentials: Credentials;
  readonly parallel: number;
  readonly overrideReason: string | undefined;
};

const aliveEveryMs = 5000;
const installMs = 20 * 60_000;
const copyMs = 10 * 60_000;
const textMax = 4000;

/** What the script's exit code means to a person: phrase keys below `push.code.`. */
const codeOfExit: Readonly<Record<number, string>> = {
  11: 'no_agent',
  16: 'tampered',
  19: 'token_refused',
  20: 'not_activated',
  21: 'other_account',
  24: 'preflight_failed',
};

/** Why a host did not come to its end, for people. */
class PushFault extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Carries installations out in this process, where their credentials are: so many hosts of each at once, one after the other until none waits. */
export class PushRunner {
  readonly #parts: DeploymentParts;
  readonly #running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();

  constructor(parts: DeploymentParts) {
    this.#parts = parts;
  }

  start(run: Run): void {
    const abort = new AbortController();
    const done = this.#carryOut(run, abort)
      .catch((error: Error) =>
        this.#parts.platform.log.error({ err: error.message }, 'an installation over SSH failed'),
      )
      .finally(() => {
        run.credentials.dispose();
        this.#running.delete(run.pushId);
      });
    this.#running.set(run.pushId, { abort, done });
  }

  cancel(pushId: string): void {
    this.#running.get(pushId)?.abort.abort();
  }

  /** When what runs here has come to its end. */
  async settle(pushId: string): Promise<void> {
    await this.#running.get(pushId)?.done;
  }

  async close(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #carryOut(run: Run, abort: AbortController): Promise<void> {
    const { accountId, pushId, actor, credentials } = run;
    const { database, clock } = this.#parts.platform;
    const timer = setInterval(() => {
      database
        .as(accountId, (tx) => keepAlive(tx, accountId, pushId, clock.now()))
        .then((isCancelled) => isCancelled && abort.abort())
        .catch(() => undefined);
    }, aliveEveryMs);
    try {
      const waiting = [...run.targets];
      const turn = async () => {
        for (let target = waiting.shift(); target; target = waiting.shift())
          await this.#attend(run, target, abort.signal);
      };
      await Promise.all(Array.from({ length: Math.min(run.parallel, waiting.length) }, turn));
    } finally {
      clearInterval(timer);
      credentials.dispose();
      const state = abort.signal.aborted ? 'cancelled' : 'ended';
      await database.as(accountId, async (tx) => {
        await endPush(tx, accountId, pushId, state, clock.now());
        await note(tx, clock, { accountId, actor, action: 'push.ended', target: `push:${pushId}`, facts: { state } });
        await announce(tx, { topic: 'installation', accountId });
      });
    }
  }

  async #attend(run: Run, target: TargetRow, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts.platform;
    const log = new SessionLog(this.#parts, run, target.id);
    const ended = (change: Omit<TargetChange, 'endedAt'>) =>
      this.#change(run, target, { ...change, endedAt: clock.now() });
    if (signal.aborted) return ended({ state: 'cancelled' });
    try {
      const { needsReboot, hostId } = await this.#install(run, target, log, signal);
      await log.flush();
      await ended({ state: needsReboot ? 'needs_reboot' : 'done', hostId });
    } catch (error) {
      const { code, detail } = signal.aborted ? { code: 'cancelled', detail: '' } : whyFailed(error);
      log.add('note', detail ? `${code}: ${detail}` : code);
      await log.flush();
      const told = detail === '' ? {} : { detail: log.mask(detail).slice(0, 2000) };
      await ended({ state: signal.aborted ? 'cancelled' : 'failed', code, ...told });
    }
  }

  async #change(run: Run, target: TargetRow, change: TargetChange): Promise<void> {
    const { accountId } = run;
    await this.#parts.platform.database.as(accountId, async (tx) => {
      await updateTarget(tx, accountId, target.id, change);
      await announce(tx, { topic: 'installation', accountId });
    });
  }

  async #install(
    run: Run,
    target: TargetRow,
    log: SessionLog,
    signal: AbortSignal,
  ): Promise<{ needsReboot: boolean; hostId: string | undefined }> {
    const step = (name: NonNullable<TargetChange['step']>) =>
      this.#change(run, target, { state: 'running', step: name });
    await step('connect');
    const { accountId, actor, credentials } = run;
    const { platform, software } = this.#parts;
    const place = {
      ...{ address: target.address, port: target.port, user: target.user_name, auth: target.auth },
      keyLine: target.key_line ?? '',
    };
    log.add('note', `ssh ${target.user_name}@${target.address} port ${target.port}, host key ${target.fingerprint}`);
    const session = await SshSession.open(place, credentials, signal);
    let tokenId: string | undefined;
    try {
      const probe = await logged(log, session, probeCommand);
      const [folder = '', architecture = '', user = '', sudo = '', packages = ''] =
        probe.out.trim().split('\n').at(-1)?.split(' ') ?? [];
      if (!/^\/[\w./-]+$/.test(folder)) throw new PushFault('no_folder', lastLine(probe.err));
      const release = await software.current();
      if (architecture !== release.architecture) throw new PushFault('no_agent', architecture);
      const isRoot = user === '0';
      const asRoot = isRoot ? 'env' : sudo === 'free' ? 'sudo -n env' : `sudo -k -S -p '' env`;
      const password = credentials.open('sudoPassword') ?? credentials.open('password');
      if (!isRoot && sudo !== 'free' && password === undefined) throw new PushFault('sudo_password', '');
      try {
        await step('copy');
        const made = await makeDeploymentScript(
          this.#parts,
          {
            ...{ accountId, actor, checksCertificate: true, checksDigest: true },
            activation: { validHours: 2, hostsMax: 1 },
          },
          (work) => platform.database.as(accountId, work),
        );
        tokenId = made.token?.id;
        log.hide(/"token:([^"]+)"/.exec(made.script)?.[1]);
        const name =
          packages === 'dpkg' && release.files['sakimori-agent.deb'] ? 'sakimori-agent.deb' : 'sakimori-agent.tar.gz';
        const file = await software.find(architecture, name, release.build);
        if (!file) throw new PushFault('no_agent', architecture);
        log.add('note', `${name}, SHA-256 ${file.sha256}, ${file.bytes} bytes`);
        await must(logged(log, session, `cat >${folder}/${name}`, { file: file.path }, copyMs), 'copy_failed');
        await must(logged(log, session, `umask 077; cat >${folder}/deploy.sh`, made.script), 'copy_failed');
        await step('install');
        const words = [`SAKIMORI_PACKAGE_FOLDER=${folder}`];
        if (run.overrideReason) words.push(`SAKIMORI_OVERRIDE_PREFLIGHT=${quoteForShell(run.overrideReason)}`);
        const command = `${asRoot} ${words.join(' ')} sh ${folder}/deploy.sh`;
        const input = isRoot || sudo === 'free' ? '' : `${password}\n`;
        const done = await logged(log, session, command, input, installMs);
        if (done.code !== 0) throw faultOfScript(done.code, done.err, !isRoot && sudo !== 'free');
        const hostId = await platform.database.as(accountId, (tx) => selectHostOfToken(tx, accountId, tokenId ?? ''));
        return { needsReboot: /^sakimori: needs_reboot/m.test(done.out), hostId };
      } finally {
        if (!signal.aborted) await logged(log, session, `rm -rf ${folder}`).catch(() => undefined);
      }
    } finally {
      await session.close();
      // Used up as a rule; one that is not must let nobody in later.
      if (tokenId !== undefined) await withdrawToken(platform, actor, accountId, tokenId).catch(() => undefined);
    }
  }
}

/** One line: a folder of our own, the architecture, who we are, whether sudo asks, and who keeps packages. */
const probeCommand = [
  'd=$(mktemp -d /var/tmp/sakimori-push.XXXXXX) || d=$(mktemp -d) || exit 1',
  'if sudo -n true 2>/dev/null; then s=free; else s=asks; fi',
  'if command -v dpkg >/dev/null && [ -s /var/lib/dpkg/status ]; then p=dpkg; else p=none; fi',
  'echo "$d $(uname -m) $(id -u) $s $p"',
].join('; ');

async function logged(
  log: SessionLog,
  session: SshSession,
  command: string,
  input?: string | { readonly file: string },
  timeoutMs?: number,
) {
  log.add('command', command);
  await log.flush();
  const result = await session.run(command, input, timeoutMs);
  log.add('output', `${result.out}${result.err}`);
  log.add('note', `exit code ${result.code}`);
  await log.flush();
  return result;
}

async function must(work: ReturnType<typeof logged>, code: string): Promise<void> {
  const result = await work;
  if (result.code !== 0) throw new PushFault(code, lastLine(result.err));
}

function faultOfScript(code: number, said: string, asksSudo: boolean): PushFault {
  if (
    asksSudo &&
    code === 1 &&
    /sudo|incorrect password|sorry, try again|not in the sudoers|no password was provided/i.test(said)
  )
    return new PushFault('sudo_refused', lastLine(said));
  return new PushFault(codeOfExit[code] ?? 'script_failed', lastLine(said) || `exit code ${code}`);
}

function whyFailed(error: unknown): { code: string; detail: string } {
  if (error instanceof PushFault) return { code: error.code, detail: error.message };
  if (error instanceof SshFault) return { code: error.reason, detail: error.message };
  if (error instanceof CredentialsGone) return { code: 'credentials_gone', detail: '' };
  if (error instanceof SoftwareUnavailable) return { code: 'no_software', detail: error.message };
  return { code: 'failed', detail: error instanceof Error ? error.message : String(error) };
}

/** What is run on a host and what it says, as it is kept: secrets blackened, control characters taken out. */
class SessionLog {
  readonly #parts: DeploymentParts;
  readonly #run: Run;
  readonly #targetId: string;
  readonly #secrets: string[] = [];
  #lines: PushLogLine[] = [];

  constructor(parts: DeploymentParts, run: Run, targetId: string) {
    this.#parts = parts;
    this.#run = run;
    this.#targetId = targetId;
    for (const name of ['password', 'sudoPassword', 'passphrase'] as const) {
      // A later one of the same push may find them gone: it has nothing of them to hide.
      try {
        this.hide(run.credentials.open(name));
      } catch {
        return;
      }
    }
  }

  hide(secret: string | undefined): void {
    if (secret) this.#secrets.push(secret);
  }

  mask(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) masked = masked.replaceAll(secret, '●●●');
    return masked.replaceAll(/[^\P{Cc}\n\t]/gu, '').toWellFormed();
  }

  add(kind: PushLogLine['kind'], text: string): void {
    const masked = this.mask(text).trimEnd();
    const at = this.#parts.platform.clock.now().toISOString();
    for (let from = 0; from < masked.length && from < 20 * textMax; from += textMax)
      this.#lines.push({ at, kind, text: masked.slice(from, from + textMax).toWellFormed() });
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    const { accountId } = this.#run;
    await this.#parts.platform.database.as(accountId, (tx) => insertLog(tx, accountId, this.#targetId, lines));
  }
}
