// A storm: 100,000 detections of 200 accounts in one burst, each account's from an agent of its own over mutual TLS. Time until every alert stands,
// until every mail was accepted by an SMTP server, memory at its peak; and by counting that none is lost, doubled or told to another account.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Detection, routes } from '@sakimori/contract';
import { sql } from '@sakimori/manager/platform/index';
import { simpleParser } from 'mailparser';
import { startMailServer } from '../test/mail-server.ts';
import { makeSample, prepareBatch, type SimulatedAgent } from '../test/simulated-agent.ts';
import { cpuSecondsOf, loadBefore, megabytes, residentBytesOf, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';
import { startBenchSystem } from './parts/system.ts';

const argument = (name: string, usual: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const accounts = argument('accounts', 200);
const detectionsEach = argument('each', 500);
/** Different matters of each account: so many alerts. */
const alertsEach = argument('alerts', 250);
let again = 0;
const [atOnce, giveUpMs] = [16, 900_000];
const [alertsAimSeconds, mailAimSeconds] = [60, 300];

type Taken = { readonly account: string; readonly to: string; readonly alerts: number; readonly whole: string };

async function main(): Promise<void> {
  const taken: Taken[] = [];
  let acceptedAt = 0;
  const mail = await startMailServer({
    content: async ({ raw, to }) => {
      acceptedAt = performance.now();
      const { headers, subject = '', text = '' } = await simpleParser(Buffer.from(raw, 'latin1'));
      const counted = /([\d,]+) alerts?/.exec(subject)?.[1]?.replaceAll(',', '');
      const account = String(headers.get('x-sakimori-account'));
      taken.push({ account, to: to[0] ?? '', alerts: Number(counted ?? 1), whole: `${subject}\n${text}` });
      return undefined;
    },
  });
  // The agents send and are not heard again; that is no silence to tell of.
  const patience = { SAKIMORI_SILENCE_SECONDS: '86400', SAKIMORI_ENDED_SECONDS: '86400' };
  const system = await startBenchSystem(patience);
  try {
    const body = { transport: 'smtp', host: '127.0.0.1', port: mail.port, security: 'none' } as const;
    await system.admin(routes.setMailSettings, {
      body: { ...body, fromName: 'Bench', fromAddress: 'alerts@provider.example' },
    });
    progress(`${accounts} accounts with a contact and an agent each`);
    const agents: SimulatedAgent[] = [];
    for (let number = 0; number < accounts; number++) {
      const accountId = await system.makeAccount(nameOf(number));
      const contact = { name: 'Contact', mail: `${nameOf(number)}@customer.example`, language: 'en' } as const;
      const given = { params: { accountId }, body: { ...contact, purposes: ['alerts' as const] } };
      await system.admin(routes.createContact, given);
      agents.push(await system.enrolAgent(accountId, `host-${nameOf(number)}`));
    }
    const batches = agents.map((agent, number) => prepareBatch(detectionsOf(agent, number)));
    const load = loadBefore();
    const cpuBefore = cpuSecondsOf(system.managerPid);
    progress(`${accounts * detectionsEach} detections in one burst`);
    const began = performance.now();
    const waits: number[] = [];
    let next = 0;
    const sender = async () => {
      for (let index = next++; index < agents.length; index = next++) {
        const from = performance.now();
        await deliver(agents[index]!, batches[index]!);
        waits.push(performance.now() - from);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    const alertsMs = performance.now() - began;
    progress(`all alerts stand after ${round(alertsMs / 1000)} s; mails follow`);
    await untilSent(system, giveUpMs);
    const mailMs = acceptedAt - began;
    const peakBytes = residentBytesOf(system.managerPid, 'peak');
    const cpu = cpuSecondsOf(system.managerPid) - cpuBefore;
    const counted = await system.withDatabase((database) =>
      database.asProvider((tx) =>
        tx.one(sql<{ detections: number; alerts: number; summed: number }>`
          select (select count(*) from detections_detection) as detections, (select count(*) from alerts_alert) as alerts,
            (select sum(detection_count) from alerts_alert) as summed`),
      ),
    );
    const told = taken.reduce((sum, { alerts }) => sum + alerts, 0);
    const ids = new Map(agents.map(({ accountId }, number) => [accountId, nameOf(number)]));
    const mixed = taken.filter(({ account, to, whole }) => {
      const own = ids.get(account);
      const named = new Set(whole.match(/acct\d{4}/g) ?? []);
      return !own || to !== `${own}@customer.example` || [...named].some((name) => name !== own);
    }).length;
    const whole = { detections: accounts * detectionsEach, alerts: accounts * alertsEach };
    const isWhole =
      counted.detections === whole.detections && counted.alerts === whole.alerts && counted.summed === whole.detections;
    tell({
      bench: 'storm',
      figures: {
        detections: whole.detections,
        accounts: accounts,
        alerts: counted.alerts,
        'mails accepted': taken.length,
        'every alert stands after (s)': round(alertsMs / 1000),
        'every mail accepted after (s)': round(mailMs / 1000),
        'slowest batch (ms)': round(Math.max(...waits)),
        'manager, processor time (s)': round(cpu),
        'manager, peak memory (MB)': megabytes(peakBytes),
        'batches sent again': again,
        'load average before': load,
      },
      aims: [
        aimOf(
          'every alert stands',
          `< ${alertsAimSeconds} s`,
          `${round(alertsMs / 1000)} s`,
          alertsMs < alertsAimSeconds * 1000,
        ),
        aimOf(
          'every mail is accepted',
          `< ${mailAimSeconds} s`,
          `${round(mailMs / 1000)} s`,
          mailMs < mailAimSeconds * 1000,
        ),
        aimOf('detections and alerts are whole', 'none lost or doubled', JSON.stringify(counted), isWhole),
        aimOf('alerts told by mail', String(whole.alerts), String(told), told === whole.alerts),
        aimOf('mails that mix accounts', '0', String(mixed), mixed === 0),
      ],
    });
  } finally {
    await system.stop();
    await mail.stop();
  }
}

const aimOf = (what: string, aim: string, measured: string, met: boolean) => ({ what, aim, measured, met });
const nameOf = (number: number): string => `acct${String(number).padStart(4, '0')}`;

function detectionsOf(agent: SimulatedAgent, number: number): Detection[] {
  const rules = ['web.sqli', 'web.rce', 'web.traversal'];
  return Array.from({ length: detectionsEach }, (_, index) =>
    makeSample('intrusion', agent, {
      subject: `10.${number >> 8}.${number & 255}.${index % alertsEach}`,
      rule: { id: rules[(index % alertsEach) % rules.length]!, name: `Rule of ${nameOf(number)}` },
      severity: index % 10 === 0 ? 'critical' : 'medium',
    }),
  );
}

/** As agents do: what the manager cannot take now is sent again, and its ids keep it from being stored twice. */
async function deliver(agent: SimulatedAgent, batch: Buffer): Promise<void> {
  for (;;) {
    const answer = await agent.post('/detections', batch, { 'content-encoding': 'zstd' });
    if (answer.status === 200) return;
    if (answer.status !== 503) throw new Error(`The batch was refused: ${JSON.stringify(answer)}`);
    again += 1;
    await sleep(1000);
  }
}

/** Nothing is held and no letter waits. */
async function untilSent(system: Awaited<ReturnType<typeof startBenchSystem>>, withinMs: number): Promise<void> {
  await system.withDatabase(async (database) => {
    for (const end = performance.now() + withinMs; performance.now() < end; await sleep(500)) {
      const { left } = await database.asProvider((tx) =>
        tx.one(sql<{ left: number }>`
          select (select count(*) from notices_held where notice_id is null) + (select count(*) from notices_notice where state = 'waiting') as left`),
      );
      if (left === 0) return;
      if (process.env['BENCH_DEBUG']) progress(String(left));
    }
    progress('mails still wait; what was accepted so far is counted');
  });
}

await main();
