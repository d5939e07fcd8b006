import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from './credentials.ts';

/** An SSH server as it is reached, with the one key that is accepted of it. */
export type SshPlace = {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly auth: 'password' | 'key';
  /** `type base64`, as `ssh-keyscan` tells it. */
  readonly keyLine: string;
};

export type SshReason = 'unreachable' | 'host_key_changed' | 'auth_failed' | 'no_client';

export class SshFault extends Error {
  readonly reason: SshReason;
  constructor(reason: SshReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export type SshResult = { readonly code: number; readonly out: string; readonly err: string };

const connectSeconds = 15;
const outputMax = 400_000;
/** Algorithms in the order in which ssh prefers them. */
const keyTypes = ['ed25519', 'ecdsa', 'rsa'] as const;

/** The key that a server shows now. @returns undefined where it is not reached, or shows none that we take */
export async function scanKey(
  address: string,
  port: number,
  signal?: AbortSignal,
): Promise<{ readonly keyLine: string; readonly fingerprint: string } | undefined> {
  const args = ['-T', '8', '-p', String(port), '-t', keyTypes.join(','), '--', address];
  const { out } = await run(
    'ssh-keyscan',
    args.filter((word) => word !== '--'),
    { signal },
  );
  const found = out
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '))
    .map(([, type = '', key = '']) => ({ type, key }));
  const place = (type: string) => keyTypes.findIndex((name) => type.includes(name));
  const [best] = found
    .filter(({ type, key }) => place(type) >= 0 && key !== '')
    .sort((a, b) => place(a.type) - place(b.type));
  if (!best) return undefined;
  const digest = createHash('sha256').update(Buffer.from(best.key, 'base64')).digest('base64').replace(/=+$/, '');
  return { keyLine: `${best.type} ${best.key}`, fingerprint: `SHA256:${digest}` };
}

/**
 * Commands on one host by the system's OpenSSH client. No setting of this machine is read, no key but the pinned one is accepted, and no secret leaves memory: passwords are
 * answered over a socket, a private key lies in an agent of its own.
 */
export class SshSession {
  readonly #place: SshPlace;
  readonly #credentials: Credentials;
  readonly #signal: AbortSignal;
  readonly #folder: string;
  #asking: Server | undefined;
  #agent: ChildProcess | undefined;

  private constructor(place: SshPlace, credentials: Credentials, signal: AbortSignal, folder: string) {
    this.#place = place;
    this.#credentials = credentials;
    this.#signal = signal;
    this.#folder = folder;
  }

  /** @throws SshFault, CredentialsGone */
  static async open(place: SshPlace, credentials: Credentials, signal: AbortSignal): Promise<SshSession> {
    const session = new SshSession(place, credentials, signal, await mkdtemp(join(tmpdir(), 'skp-')));
    try {
      await session.#prepare();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Runs a command of the remote shell. @throws SshFault where it was not even begun */
  async run(command: string, input?: string | { readonly file: string }, timeoutMs = 60_000): Promise<SshResult> {
    const { address, port, user, auth } = this.#place;
    // Asked anew: their time may be over.
    this.#credentials.open('password');
    const isKey = auth === 'key';
    const options = {
      StrictHostKeyChecking: 'yes',
      UserKnownHostsFile: join(this.#folder, 'known_hosts'),
      GlobalKnownHostsFile: '/dev/null',
      HostKeyAlias: 'pinned',
      CheckHostIP: 'no',
      ConnectTimeout: String(connectSeconds),
      NumberOfPasswordPrompts: '1',
      PreferredAuthentications: isKey ? 'publickey' : 'password,keyboard-interactive',
      PubkeyAuthentication: isKey ? 'yes' : 'no',
      IdentityFile: 'none',
      IdentityAgent: isKey ? this.#agentSocket : 'none',
      ServerAliveInterval: '15',
      ServerAliveCountMax: '4',
      ClearAllForwardings: 'yes',
      ForwardAgent: 'no',
      UpdateHostKeys: 'no',
      LogLevel: 'ERROR',
    };
    const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const args = ['-F', 'none', '-T', ...words, '-p', String(port), '-l', user, '--', address, command];
    const result = await run('ssh', args, { env: this.#env(), input, signal: this.#signal, timeoutMs });
    if (result.code === 255) throw new SshFault(reasonOf(result.err), lastLine(result.err));
    return result;
  }

  async close(): Promise<void> {
    this.#asking?.close();
    this.#agent?.kill('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #agentSocket(): string {
    return join(this.#folder, 'agent');
  }

  async #prepare(): Promise<void> {
    const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'askpass.ts')}' "$1"\n`;
    await writeFile(join(this.#folder, 'askpass'), wrapper, { mode: 0o700 });
    await writeFile(join(this.#folder, 'known_hosts'), `pinned ${this.#place.keyLine}\n`, { mode: 0o600 });
    this.#asking = await this.#answer();
    if (this.#place.auth === 'key') await this.#loadKey();
  }

  /** Answers what ssh asks for: the passphrase of a key, else the password. The socket lies in a folder that only this user may enter. */
  async #answer(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      let question = '';
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        question += chunk.toString();
      });
      socket.once('end', () => socket.end(`${this.#secretFor(question) ?? ''}\n`));
    });
    await new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(join(this.#folder, 'ask'), () => resolve()),
    );
    return server;
  }

  #secretFor(question: string): string | undefined {
    try {
      return this.#credentials.open(/passphrase/i.test(question) ? 'passphrase' : 'password');
    } catch {
      return undefined;
    }
  }

  async #loadKey(): Promise<void> {
    const agent = spawn('ssh-agent', ['-D', '-a', this.#agentSocket], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#agent = agent;
    // It says its socket once it is open.
    await new Promise<void>((resolve, reject) => {
      agent.once('error', reject);
      agent.once('exit', () => reject(new SshFault('no_client', 'ssh-agent ended')));
      agent.stdout.once('data', () => resolve());
    });
    const key = `${(this.#credentials.open('privateKey') ?? '').trim().replaceAll('\r\n', '\n')}\n`;
    const env = { ...this.#env(), SSH_AUTH_SOCK: this.#agentSocket };
    const { code, err } = await run('ssh-add', ['-q', '-'], { env, input: key, signal: this.#signal });
    if (code !== 0) throw new SshFault('auth_failed', `the private key is not usable: ${lastLine(err)}`);
  }

  #env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      LC_ALL: 'C',
      SSH_ASKPASS: join(this.#folder, 'askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
      SAKIMORI_ASKPASS_SOCKET: join(this.#folder, 'ask'),
    };
  }
}

function reasonOf(said: string): SshReason {
  if (/host key verification failed|identification has changed|no .* host key is known/i.test(said))
    return 'host_key_changed';
  if (/permission denied|too many authentication failures|no supported authentication/i.test(said))
    return 'auth_failed';
  return 'unreachable';
}

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';

type RunOptions = {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string | { readonly file: string } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
};

function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<SshResult> {
  const { env, input, signal, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: env ?? { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: 'pipe',
      signal,
      timeout: timeoutMs,
    });
    const texts = { out: '', err: '' };
    const gather = (name: 'out' | 'err') => (chunk: Buffer) => {
      if (texts[name].length < outputMax) texts[name] += chunk.toString('utf8');
    };
    child.stdout.on('data', gather('out'));
    child.stderr.on('data', gather('err'));
    child.stdin.on('error', () => undefined);
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new SshFault('no_client', `${program} is not installed on the manager`) : error),
    );
    child.once('close', (code) => resolve({ code: code ?? -1, ...texts }));
    if (typeof input === 'object')
      createReadStream(input.file)
        .on('error', () => child.kill())
        .pipe(child.stdin);
    else child.stdin.end(input ?? '');
  });
}
