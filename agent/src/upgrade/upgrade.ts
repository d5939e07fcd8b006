import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import type { Clock } from '../clock.ts';
import { isRoot } from '../facts.ts';
import { NotSupported } from '../tasks.ts';
import { ManagerRefusal, type Transport } from '../transport.ts';
import { writeFileAtomically } from '../write-file.ts';
import { type InstalledAgent, installedAgent } from './installed.ts';

export type UpgradeHands = {
  /** The agent's data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly transport: () => Transport;
};

type Wish = { readonly id: string; readonly build: string; readonly architecture: string; readonly minutes: number };

const lookEveryMs = 1000;
const attemptsMax = 60;
/** What installing twice may take beside the wait. */
const graceMs = 20 * 60_000;

/**
 * Has this host's agent exchanged for another build (S59). Packages are fetched and checked here; a program of its own puts them in place, for this process ends meanwhile and the service's unit may
 * install nothing. Whoever hears of the task afterwards, the new agent or the old one that was put back, tells what became of it: being asked proves that the manager is reached.
 * @throws Error with "rolled back" at its beginning where the old one is back
 */
export async function upgradeAgent(hands: UpgradeHands, facts: HostTaskFacts): Promise<string> {
  const installed = installedAgent();
  if (!installed)
    throw new NotSupported('This agent runs from a checkout or a bundle of its own; there is no package to exchange.');
  if (!isRoot()) throw new NotSupported('Only an agent that runs as root can be exchanged.');
  const wish = readWish(facts);
  const folder = join(hands.folder, 'upgrade');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isUnderWay = ['request', 'running'].some((name) => existsSync(join(folder, name)));
  const before = outcomeOf(folder, wish.id);
  if (before !== undefined) return settle(before, wish.build);
  if (!isUnderWay) {
    if (installed.build === wish.build) return `${wish.build} is installed already.`;
    await lay(hands, folder, installed, wish, facts);
    if (!existsSync('/run/systemd/system')) startByItself(installed, hands.folder);
  }
  // Whoever is asked by the manager reaches it.
  writeFileSync(join(folder, 'alive'), `${installed.build}\n`, { mode: 0o600 });
  return settle(await waitForOutcome(hands, folder, wish), wish.build);
}

function readWish(facts: HostTaskFacts): Wish {
  const { plan, build, architecture, minutes } = facts;
  const isWell =
    /^[\da-f-]{36}$/.test(String(plan)) &&
    /^\d{1,5}\.\d{1,5}\.\d{1,5}-[\da-f]{16}$/.test(String(build)) &&
    /^\w{1,20}$/.test(String(architecture)) &&
    Number.isInteger(minutes) &&
    Number(minutes) >= 1 &&
    Number(minutes) <= 120;
  if (!isWell) throw new Error('The task does not say which build it means.');
  return { id: String(plan), build: String(build), architecture: String(architecture), minutes: Number(minutes) };
}

/** Fetches both packages, the new one and the way back, and lays the request down last: it starts the rest. */
async function lay(
  hands: UpgradeHands,
  folder: string,
  { kind, build }: InstalledAgent,
  wish: Wish,
  facts: HostTaskFacts,
): Promise<void> {
  const name = kind === 'deb' ? 'sakimori-agent.deb' : 'sakimori-agent.tar.gz';
  const expected = facts[name];
  if (typeof expected !== 'string') throw new NotSupported(`The manager has no ${name} of this build.`);
  for (const left of ['outcome', 'alive']) rmSync(join(folder, left), { force: true });
  const fresh = join(folder, `new.${kind}`);
  const digest = await fetchPackage(hands, { name, build: wish.build, architecture: wish.architecture }, fresh);
  if (digest !== expected) {
    rmSync(fresh, { force: true });
    throw new Error('The package that was fetched is not the one that was announced (its SHA-256 differs).');
  }
  const previous = join(folder, `previous.${kind}`);
  const kept = join(folder, `package.${kind}`);
  const isKept = existsSync(kept) && readOr(join(folder, 'package.build')) === build;
  if (isKept) copyFileSync(kept, previous);
  else
    await fetchPackage(hands, { name, build, architecture: wish.architecture }, previous).catch((error: Error) => {
      throw new Error(
        `There is no way back, so nothing was changed: the package of ${build} is not to be had (${error.message}).`,
      );
    });
  const back = createHash('sha256').update(readFileSync(previous)).digest('hex');
  const words = [wish.id, wish.build, kind, digest, back, wish.minutes * 60, process.pid];
  writeFileAtomically(join(folder, 'request'), `${words.join(' ')}\n`);
}

type Wanted = { readonly name: string; readonly build: string; readonly architecture: string };

/** @returns the SHA-256 of what came */
async function fetchPackage(hands: UpgradeHands, wanted: Wanted, to: string): Promise<string> {
  const query = new URLSearchParams(wanted).toString();
  const response = await openWhenFree(hands, `${agentPaths.software}?${query}`);
  const hash = createHash('sha256');
  await pipeline(
    response,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(to, { mode: 0o600 }),
  );
  return hash.digest('hex');
}

/** A manager that hands packages to many hosts at once says when to come back. */
async function openWhenFree({ clock, transport }: UpgradeHands, path: string): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transport().open('GET', path);
    } catch (error) {
      const seconds = error instanceof ManagerRefusal ? error.retrySeconds : undefined;
      if (seconds === undefined || attempt === attemptsMax) throw error;
      await new Promise<void>((resolve) => {
        clock.after(seconds * 1000, resolve);
      });
    }
  }
}

/** Where no systemd watches for the request. The program outlives this process. */
function startByItself({ folder }: InstalledAgent, data: string): void {
  spawn('setsid', ['sh', join(folder, 'upgrade-agent'), data], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}

type Outcome = { readonly state: string; readonly text: string };

function outcomeOf(folder: string, id: string): Outcome | undefined {
  const [of, state = '', ...words] = readOr(join(folder, 'outcome')).split(' ');
  return of === id ? { state, text: words.join(' ') } : undefined;
}

async function waitForOutcome({ clock }: UpgradeHands, folder: string, wish: Wish): Promise<Outcome> {
  const endMs = clock.monotonicMs() + wish.minutes * 60_000 + graceMs;
  while (clock.monotonicMs() < endMs) {
    const outcome = outcomeOf(folder, wish.id);
    if (outcome) return outcome;
    await new Promise<void>((resolve) => {
      clock.after(lookEveryMs, resolve);
    });
  }
  for (const name of ['request', 'running']) rmSync(join(folder, name), { force: true });
  throw new Error('The exchange did not come to an end; see: journalctl -u sakimori-upgrade');
}

function settle({ state, text }: Outcome, build: string): string {
  if (state === 'done') return `${build} is installed and reaches the manager.`;
  throw new Error(state === 'rolled_back' ? `rolled back: ${text}` : text || 'The exchange failed.');
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
