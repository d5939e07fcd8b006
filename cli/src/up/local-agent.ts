import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, routes } from '@sakimori/contract';
import { repositoryFolder } from './data-folder.ts';
import { limitInWords, say } from './words.ts';

/** This machine's agent as a child of `sakimori up`. */
export type LocalAgent = { readonly pid: number; readonly limits: readonly string[]; stop(): Promise<void> };

const launcher = join(repositoryFolder, 'agent/bin/sakimori-agent.mjs');

/**
 * Enrols this machine once, into the account `local`, and runs its agent. An agent that ends is not started again behind the operator's
 * back: the console says that it is silent, and why.
 */
export async function startLocalAgent(
  dataFolder: string,
  service: string,
  key: string,
): Promise<LocalAgent | undefined> {
  const client = createClient({ base: service, headers: { authorization: `Bearer ${key}` } });
  const folder = join(dataFolder, 'agent');
  try {
    const token = existsSync(join(folder, 'identity.json')) ? undefined : await issueToken(client);
    const child = run(folder, token);
    const limits = await waitUntilHeard(client, child);
    return {
      pid: child.pid!,
      limits: limits.map(limitInWords),
      stop: () => stop(child),
    };
  } catch (error) {
    say('agentFailed', { detail: (error as Error).message });
    return undefined;
  }
}

async function issueToken(client: Client): Promise<string> {
  const { items } = await client(routes.listAccounts);
  const account = items.find((entry) => entry.name === 'local') ?? (await makeAccount(client));
  const { token } = await client(routes.createEnrolmentToken, {
    params: { accountId: account.id },
    body: { validHours: 1 },
  });
  return token;
}

/** The account of this installation itself, with a first recipient whose mail the catcher shows. */
async function makeAccount(client: Client): Promise<{ id: string }> {
  const account = await client(routes.createAccount, {
    body: { customerName: hostname(), name: 'local', plan: 'standard' },
  });
  const contact = {
    name: 'Sakimori',
    mail: 'admin@sakimori.example',
    language: 'ja',
    purposes: ['alerts', 'weekly', 'monthly'],
  } as const;
  await client(routes.createContact, {
    params: { accountId: account.id },
    body: { ...contact, purposes: [...contact.purposes] },
  });
  return account;
}

function run(folder: string, token: string | undefined): ChildProcess {
  // The token goes through standard input: arguments and environments can be read by other users.
  const child = spawn(process.execPath, [launcher, 'run', '--data', folder, ...(token ? ['--token-file', '-'] : [])], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(token ?? '');
  child.on('exit', (code, signal) => {
    if (!stopping.has(child)) say('agentEnded', { how: signal ?? `exit ${code}`, folder });
  });
  return child;
}

const stopping = new WeakSet<ChildProcess>();

async function waitUntilHeard(client: Client, child: ChildProcess): Promise<readonly string[]> {
  const since = new Date().toISOString();
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 100) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended at once (${child.signalCode ?? `exit ${child.exitCode}`})`);
    const { items } = await client(routes.listHosts, { query: {} });
    const host = items.find(
      (entry) => entry.facts.name === hostname() && entry.lastSeenAt && entry.lastSeenAt >= since,
    );
    if (host) return host.facts.limits;
    await sleep(100);
  }
  await stop(child);
  throw new Error('it was not heard within 15 s');
}

async function stop(child: ChildProcess): Promise<void> {
  stopping.add(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
