import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CaughtMail,
  type Client,
  createClient,
  type LiveEvent,
  type Plan,
  type PolicyDocument,
  routes,
} from '@sakimori/contract';

const root = resolve(import.meta.dirname, '..');
const sakimori = join(root, 'cli/bin/sakimori.mjs');
const agentBinary = join(root, 'agent/bin/sakimori-agent.mjs');

/** The line that `sakimori up --ephemeral --json` prints. */
export type SystemLine = {
  readonly console: string;
  readonly service: string;
  readonly signInLink: string;
  /** `https://host:port`; the API lies at `/api`. */
  readonly workloadSecurity: string;
  readonly workloadSecurityKey: string;
  readonly agents: string;
  readonly smtp: string;
  readonly mailbox: string;
  readonly adminKey: string;
  readonly operatorKey: string;
  readonly dataFolder: string;
};

/** A whole throw-away system, started as a user would start it. */
/** Anything with an administrator's client: a throw-away system or a lasting one. */
export type Administered = { readonly admin: Client };

export type System = SystemLine & {
  readonly pid: number;
  readonly admin: Client;
  readonly operator: Client;
  clientWith(key: string): Client;
  mails(): Promise<CaughtMail[]>;
  stop(): Promise<number | null>;
};

export async function startSystem(env: Record<string, string> = {}): Promise<System> {
  const child = spawn(process.execPath, [sakimori, 'up', '--ephemeral', '--json'], {
    env: { ...process.env, SAKIMORI_LOG: 'warn', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  const clientWith = (key: string) => createClient({ base: line.service, headers: { authorization: `Bearer ${key}` } });
  return {
    ...line,
    pid: child.pid!,
    admin: clientWith(line.adminKey),
    operator: clientWith(line.operatorKey),
    clientWith,
    mails: async () => (await (await fetch(line.mailbox)).json()) as CaughtMail[],
    async stop() {
      child.stdin.end();
      return ended(child);
    },
  };
}

async function firstLine(child: ChildProcess): Promise<SystemLine> {
  const lines = createInterface({ input: child.stdout! });
  const failed = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`sakimori up ended with ${code} before it was ready`))),
  );
  const read = (async () => {
    for await (const line of lines) return JSON.parse(line) as SystemLine;
    throw new Error('sakimori up said nothing');
  })();
  return Promise.race([read, failed]);
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** A system that keeps its data folder over restarts, on ports that stay the same. */
export type LastingSystem = {
  readonly admin: Client;
  readonly pid: number;
  readonly service: string;
  readonly adminKey: string;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
};

export async function startLastingSystem(
  dataFolder: string,
  ports: { console: number; agents: number; smtp: number },
  env: Record<string, string> = {},
): Promise<LastingSystem> {
  const settings = {
    SAKIMORI_PORT: `${ports.console}`,
    SAKIMORI_AGENTS_PORT: `${ports.agents}`,
    SAKIMORI_SMTP_PORT: `${ports.smtp}`,
    SAKIMORI_API_PORT: '0',
    SAKIMORI_SYSLOG_TCP_PORT: '0',
    SAKIMORI_SYSLOG_TLS_PORT: '0',
    SAKIMORI_SYSLOG_UDP_PORT: '0',
    SAKIMORI_SNS_PORT: '0',
    SAKIMORI_LOG: 'warn',
    ...env,
  };
  const child = spawn(process.execPath, [sakimori, 'up', '--no-agent', '--json', '--data', dataFolder], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstLine(child);
  const { service, key } = JSON.parse(readFileSync(join(dataFolder, 'cli.json'), 'utf8')) as {
    service: string;
    key: string;
  };
  return {
    admin: createClient({ base: service, headers: { authorization: `Bearer ${key}` } }),
    pid: child.pid!,
    service,
    adminKey: key,
    async end(signal) {
      // The launcher passes signals on; a kill has to reach the process behind it as well.
      if (signal === 'SIGKILL') for (const pid of childrenOf(child.pid!)) process.kill(pid, signal);
      child.kill(signal);
      await ended(child);
    },
  };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text ? text.split(' ').map(Number) : [];
}

/** A real agent as a process of its own, enrolled into an account. */
export type RealAgent = {
  readonly hostId: string;
  readonly folder: string;
  readonly pid: () => number;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
};

/** Makes an account with a contact per language; gives its id. */
export async function makeAccount(
  system: Administered,
  name: string,
  languages: readonly ('ja' | 'en')[] = ['ja'],
  plan: Plan = 'standard',
): Promise<string> {
  const account = await system.admin(routes.createAccount, {
    body: { customerName: `${name} 株式会社`, name, plan },
  });
  for (const language of languages) {
    const body = {
      name: `担当 ${language}`,
      mail: `${language}@${name}.example`,
      language,
      purposes: ['alerts', 'weekly', 'monthly'] as ('alerts' | 'weekly' | 'monthly')[],
    };
    await system.admin(routes.createContact, { params: { accountId: account.id }, body });
  }
  return account.id;
}

/** Rewrites the account's policy; what is given replaces what stands. */
export async function changePolicy(
  system: Administered,
  accountId: string,
  change: (document: PolicyDocument) => PolicyDocument,
): Promise<number> {
  const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
  const policy = await system.admin(routes.getPolicy, { params: { policyId: items[0]!.id } });
  const body = { basedOnVersion: policy.version, document: change(policy.document), reason: 'set up by a test' };
  return (await system.admin(routes.updatePolicy, { params: { policyId: policy.policyId }, body })).version;
}

/**
 * @param before a program that runs the agent somewhere else, `ip netns exec …`
 * @param given a token that was issued for it; without one, a token of its own
 * @param scanned the folders that real-time scan may look at. Absent: none, since a mark on the file system of this machine would hold up whoever works on it
 */
function endGroup(record: string): void {
  try {
    process.kill(-(JSON.parse(readFileSync(record, 'utf8')) as { pid: number }).pid, 'SIGKILL');
  } catch {
    // It ended with its agent.
  }
}

export async function startAgent(
  system: Administered,
  accountId: string,
  before: readonly string[] = [],
  scanned: readonly string[] = ['/dev/null'],
  given?: string,
): Promise<RealAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-agent-'));
  const token = given ?? (await system.admin(routes.createEnrolmentToken, { params: { accountId }, body: {} })).token;
  const known = new Set((await system.admin(routes.listHosts, { query: { accountId } })).items.map((host) => host.id));
  let child = launch(folder, before, scanned, token);
  const hostId = await until(
    async () =>
      (await system.admin(routes.listHosts, { query: { accountId } })).items.find((host) => !known.has(host.id))?.id,
    'the agent did not enrol',
    60_000,
  );
  await waitForPolicy(system, hostId);
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended(child);
  };
  return {
    hostId,
    folder,
    pid: () => child.pid!,
    kill,
    start: async () => {
      child = launch(folder, before, scanned);
    },
    async remove() {
      await kill('SIGCONT');
      await kill('SIGKILL');
      // Its next start would end what it has left of its engines; there is none.
      for (const record of globSync('engines/*/*.child.json', { cwd: folder })) endGroup(join(folder, record));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(folder: string, before: readonly string[], scanned: readonly string[], token?: string): ChildProcess {
  const line = [...before, process.execPath, agentBinary, 'run', '--data', folder];
  const [program = '', ...args] = [...line, ...(token ? ['--token-file', '-'] : [])];
  const child = spawn(program, args, {
    stdio: ['pipe', 'ignore', process.env['SAKIMORI_TEST_LOG'] ? 'inherit' : 'ignore'],
    env: {
      ...process.env,
      ...{ SAKIMORI_AGENT_REAL_TIME_SCAN_BELOW: scanned.join(':'), SAKIMORI_AGENT_SIGNATURE_SOURCE: 'none' },
    },
  });
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(token ?? '');
  return child;
}

/** Waits until the host says that it applied the policy version that is assigned to it. */
export function waitForPolicy(system: Administered, hostId: string): Promise<true> {
  return until(
    async () => {
      const { policy } = await system.admin(routes.getHost, { params: { hostId } });
      return policy.appliedVersion === policy.assignedVersion ? true : undefined;
    },
    'the host did not apply its policy',
    60_000,
  );
}

/** Asks until there is an answer. @throws Error with `what` after the time is over */
export async function until<T>(ask: () => Promise<T | undefined>, what: string, timeoutMs = 15_000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`${what} within ${timeoutMs} ms`);
    await sleep(50);
  }
}

/** Listens to the live events as the console does. */
export async function listen(
  system: Pick<System, 'service' | 'adminKey'>,
  key = system.adminKey,
): Promise<{ readonly events: { at: number; event: LiveEvent }[]; close(): void }> {
  const controller = new AbortController();
  const response = await fetch(`${system.service}/live`, {
    headers: { authorization: `Bearer ${key}` },
    signal: controller.signal,
  });
  const events: { at: number; event: LiveEvent }[] = [];
  const read = async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines)
        if (line.startsWith('data: '))
          events.push({ at: performance.now(), event: JSON.parse(line.slice(6)) as LiveEvent });
    }
  };
  void read().catch(() => undefined);
  return { events, close: () => controller.abort() };
}
