// From a detection on the host to its mail: appended to the agent's own spool on disk → sent by the agent's sender over mutual TLS → stored,
// alerted and queued in one transaction → mail accepted by an SMTP server, while 1,000 detections a second of other hosts flow in.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Detection, routes } from '@sakimori/contract';
import { simpleParser } from 'mailparser';
import { systemClock } from '../agent/src/clock.ts';
import { Sender } from '../agent/src/sender.ts';
import { Spool } from '../agent/src/spool/index.ts';
import { Transport } from '../agent/src/transport.ts';
import { startMailServer } from '../test/mail-server.ts';
import { makeSample, type SimulatedAgent } from '../test/simulated-agent.ts';
import type { Background } from './parts/background.ts';
import { percentile, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const detectionsPerSecond = 1000;
const hosts = 10;
const warmUpSeconds = 10;
const probes = 240;
const probeEveryMs = 250;
const p99MaxMs = 2000;

async function main(): Promise<void> {
  const acceptedAt = new Map<number, number>();
  const mail = await startMailServer({
    content: async ({ raw }) => {
      const at = performance.now();
      const { text = '' } = await simpleParser(Buffer.from(raw, 'latin1'));
      const probe = /probe-(\d+)/.exec(text)?.[1];
      if (probe && !acceptedAt.has(Number(probe))) acceptedAt.set(Number(probe), at);
      return undefined;
    },
  });
  const system = await startBenchSystem();
  try {
    await prepareMail(system, mail.port);
    const accountId = await system.makeAccount('Probed');
    await addContact(system, accountId);
    const background = await startBackground(system);
    await sleep(warmUpSeconds * 1000);
    progress(`${probes} probes, one each ${probeEveryMs} ms`);
    const sentAt = await probe(system, await system.enrolAgent(accountId, 'probed'), acceptedAt);
    report(sentAt, acceptedAt, await background.end());
  } finally {
    await system.stop();
    await mail.stop();
  }
}

async function prepareMail(system: BenchSystem, port: number): Promise<void> {
  await system.admin(routes.setMailSettings, {
    body: {
      transport: 'smtp',
      host: '127.0.0.1',
      port,
      security: 'none',
      fromName: 'Bench',
      fromAddress: 'alerts@provider.example',
    },
  });
}

async function addContact(system: BenchSystem, accountId: string): Promise<void> {
  const body = { name: '担当', mail: 'soc@customer.example', language: 'ja', purposes: ['alerts'] } as const;
  const given = { params: { accountId }, body: { ...body, purposes: [...body.purposes] } };
  const { id: contactId } = await system.admin(routes.createContact, given);
  // Each probe is told by a letter of its own.
  await system.admin(routes.setContactDigest, { params: { accountId, contactId }, body: { singlesMax: 1000 } });
}

/** The traffic of other hosts, of another account whose alerts are mailed too. */
async function startBackground(system: BenchSystem): Promise<{ end(): Promise<number> }> {
  const accountId = await system.makeAccount('Busy');
  await addContact(system, accountId);
  const agents: SimulatedAgent[] = [];
  for (let host = 0; host < hosts; host++) agents.push(await system.enrolAgent(accountId, `busy-${host}`));
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'parts/background.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const load: Background = {
    door: system.agents,
    hosts: agents.map(({ hostId, accountId: of, keys }) => ({ hostId, accountId: of, keys })),
    detectionsPerSecond,
  };
  child.stdin!.write(`${JSON.stringify(load)}\n`);
  return {
    async end() {
      child.stdin!.end();
      for await (const line of createInterface({ input: child.stdout! }))
        return (JSON.parse(line) as { storedPerSecond: number }).storedPerSecond;
      throw new Error('The background traffic failed.');
    },
  };
}

/** Appends probes to the spool of a real agent's sender. @returns when each was appended */
async function probe(
  system: BenchSystem,
  agent: SimulatedAgent,
  acceptedAt: ReadonlyMap<number, number>,
): Promise<number[]> {
  const spool = new Spool({
    path: join(system.folder, 'spool.sqlite'),
    clock: systemClock,
    log: () => undefined,
    seal: (draft) => ({ ...agent.makeDetection(), ...draft }) as Detection,
  });
  const { certificate, key, ca } = agent.keys;
  const transport = new Transport({ agents: system.agents, ca, credentials: { certificate, key } });
  const sender = new Sender({
    clock: systemClock,
    log: () => undefined,
    spool,
    transport: () => transport,
    lingerMs: 50,
    onLockedOut: () => undefined,
    isLockedOut: () => false,
  });
  sender.start();
  const sentAt: number[] = [];
  for (let index = 0; index < probes; index++) {
    const name = `probe-${index}`;
    sentAt.push(performance.now());
    void spool.append([makeSample('loginspection', agent, { title: name, subject: name, rule: { id: '5712', name } })]);
    await sleep(probeEveryMs);
  }
  for (let waitedMs = 0; acceptedAt.size < probes && waitedMs < 30_000; waitedMs += 100) await sleep(100);
  await sender.stop();
  transport.close();
  spool.close();
  return sentAt;
}

function report(sentAt: readonly number[], acceptedAt: ReadonlyMap<number, number>, backgroundPerSecond: number): void {
  const tookMs = sentAt.flatMap((at, index) => (acceptedAt.has(index) ? [acceptedAt.get(index)! - at] : []));
  const p99 = percentile(tookMs, 0.99);
  tell({
    bench: 'alert-latency',
    figures: {
      'detections a second meanwhile, stored': Math.round(backgroundPerSecond),
      'detection appended to the spool → mail accepted, p50 ms': round(percentile(tookMs, 0.5)),
      'p99 ms': round(p99),
      'slowest, ms': round(Math.max(...tookMs)),
      probes: sentAt.length,
      'mails that did not come': sentAt.length - tookMs.length,
    },
    aims: [
      {
        what: 'detection → mail accepted, p99, at 1,000 detections a second',
        aim: '< 2 s',
        measured: `${round(p99)} ms`,
        met: p99 < p99MaxMs && tookMs.length === sentAt.length && backgroundPerSecond > 0.95 * detectionsPerSecond,
      },
    ],
    notes: [
      'The agent waits up to 50 ms to gather a batch, and its spool up to 50 ms to gather a disk write; both are in the figures.',
    ],
  });
}

await main();
