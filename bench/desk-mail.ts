// A night of mail at the desk's door: 100,000 mails by LMTP, most of unknown senders, many of known contacts, a tenth of one contact whose program has gone
// wild. Mails a second that the door keeps, time until each is read onto a ticket or parked, memory at its peak; by counting that none is lost, that nobody
// is acknowledged without bound; and whether the list of tickets answers meanwhile.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '@sakimori/contract';
import { sql } from '@sakimori/manager/platform/index';
import { createTransport } from 'nodemailer';
import { startMailServer } from '../test/mail-server.ts';
import { cpuSecondsOf, loadBefore, megabytes, percentile, residentBytesOf, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';
import { type BenchSystem, startBenchSystem } from './parts/system.ts';

const argument = (name: string, usual: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const mails = argument('mails', 100_000);
/** Each writes some fifteen mails; ten of them belong to one account. */
const contacts = Math.max(1, Math.round(mails / 50));
const contactsEach = 10;
const [atOnce, giveUpMs, lookEveryMs] = [16, 4 * 3_600_000, 250];
const [acknowledgedAim, answerAimMs, memoryAimMb] = [5, 1000, 700];
const desk = 'desk@provider.example';
const wild = 'wild@customer.example';
const contactMail = (number: number): string => `contact${number}@customer.example`;

/** Of ten mails one is of the wild program, three are of known contacts and six of strangers. */
function senderOf(index: number): string {
  const [turn, place] = [Math.floor(index / 10), index % 10];
  if (place === 0) return wild;
  return place < 4 ? contactMail((turn * 3 + place) % contacts) : `stranger${index}@elsewhere.example`;
}
const mailOf = (index: number): string =>
  `From: ${senderOf(index)}\r\nTo: ${desk}\r\nSubject: =?UTF-8?B?${Buffer.from(`質問 ${index}`).toString('base64')}?=\r\nMessage-ID: <bench${index}@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${'検出の内容を教えてください。\r\n'.repeat(20)}`;

type Counted = {
  kept: number;
  waiting: number;
  filed: number;
  parked: number;
  other: number;
  messages: number;
  tickets: number;
  acknowledged: number;
  most: number;
};
/** What stands of the mails; `most` are the acknowledgements that one address had within any hour. */
const count = (system: BenchSystem): Promise<Counted> =>
  system.withDatabase((database) =>
    database.asProvider((tx) =>
      tx.one(sql<Counted>`
        select count(*) as kept, count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'filed') as filed,
          count(*) filter (where state = 'parked') as parked, count(*) filter (where state not in ('waiting', 'filed', 'parked')) as other,
          (select count(*) from tickets_message where kind = 'customer') as messages, (select count(*) from tickets_ticket) as tickets,
          (select count(*) from notices_notice where kind = 'ticket.acknowledged') as acknowledged,
          (select coalesce(max(within), 0) from (select count(*) over (partition by recipient order by created_at
            range between interval '1 hour' preceding and current row) as within
            from notices_notice where kind = 'ticket.acknowledged') as hours) as most
        from tickets_mail`),
    ),
  );

async function untilRead(system: BenchSystem): Promise<void> {
  await system.withDatabase(async (database) => {
    for (const end = performance.now() + giveUpMs; performance.now() < end; await sleep(500)) {
      const { waiting } = await database.asProvider((tx) =>
        tx.one(sql<{ waiting: number }>`select count(*) as waiting from tickets_mail where state = 'waiting'`),
      );
      if (waiting === 0) return;
      if (process.env['BENCH_DEBUG']) progress(`${waiting} wait`);
    }
    progress('mails still wait; what was read so far is counted');
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Hands all of them in; what the door cannot take now is handed in again, as a mail server does. @returns how many were handed in again */
async function handIn(port: number): Promise<number> {
  let [next, again] = [0, 0];
  const connect = () =>
    createTransport({
      ...{ host: '127.0.0.1', port, lmtp: true, ignoreTLS: true, pool: true },
      ...{ maxConnections: 1, maxMessages: Number.POSITIVE_INFINITY },
    });
  const sender = async () => {
    const transport = connect();
    for (let index = next++; index < mails; index = next++)
      for (;;) {
        const letter = { envelope: { from: senderOf(index), to: [desk] }, raw: mailOf(index) };
        const fault = await transport.sendMail(letter).then(
          () => undefined,
          (error: Error & { responseCode?: number }) => error,
        );
        if (!fault) break;
        if (fault.responseCode !== undefined && fault.responseCode >= 500) throw fault;
        again += 1;
        await sleep(500);
      }
    transport.close();
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return again;
}

/** Asks for the list of tickets again and again, as somebody at the desk does. @returns how long each answer took */
function lookOn(system: BenchSystem): { readonly stop: () => Promise<readonly number[]> } {
  const took: number[] = [];
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const from = performance.now();
      await system.admin(routes.listTickets, { query: {} });
      took.push(performance.now() - from);
      await sleep(lookEveryMs);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await looking;
      return took;
    },
  };
}

async function prepare(system: BenchSystem, relayPort: number): Promise<void> {
  const body = { transport: 'smtp', host: '127.0.0.1', port: relayPort, security: 'none' } as const;
  const names = { fromName: 'Bench', fromAddress: 'alerts@provider.example', deskAddress: desk };
  await system.admin(routes.setMailSettings, { body: { ...body, ...names } });
  const known = [wild, ...Array.from({ length: contacts }, (_, number) => contactMail(number))];
  for (let first = 0; first < known.length; first += contactsEach) {
    const accountId = await system.makeAccount(`acct${first / contactsEach}`);
    for (const mail of known.slice(first, first + contactsEach))
      await system.admin(routes.createContact, {
        params: { accountId },
        body: { name: 'Contact', mail, language: 'ja', purposes: ['alerts'] },
      });
  }
}

async function main(): Promise<void> {
  const relay = await startMailServer();
  const port = await freePort();
  const system = await startBenchSystem({ SAKIMORI_DESK_PORT: String(port), SAKIMORI_DESK_PROTOCOL: 'lmtp' });
  try {
    progress(`${contacts + 1} contacts`);
    await prepare(system, relay.port);
    const load = loadBefore();
    const cpuBefore = cpuSecondsOf(system.managerPid);
    const look = lookOn(system);
    progress(`${mails.toLocaleString('en')} mails by LMTP, ${atOnce} conversations at once`);
    const began = performance.now();
    const again = await handIn(port);
    const acceptedSeconds = (performance.now() - began) / 1000;
    progress(`all are kept after ${round(acceptedSeconds)} s`);
    await untilRead(system);
    const readSeconds = (performance.now() - began) / 1000;
    const answers = await look.stop();
    const peak = megabytes(residentBytesOf(system.managerPid, 'peak'));
    const cpu = cpuSecondsOf(system.managerPid) - cpuBefore;
    const counted = await count(system);
    const p95 = percentile(answers, 0.95);
    tell({
      bench: 'desk-mail',
      figures: {
        mails,
        'mails a second, until the door kept them': round(mails / acceptedSeconds),
        'all kept after (s)': round(acceptedSeconds),
        'all read after (s)': round(readSeconds),
        'mails a second, until they are read': round(mails / readSeconds),
        'on tickets': counted.filed,
        'tickets opened': counted.tickets,
        parked: counted.parked,
        acknowledgements: counted.acknowledged,
        'most to one address in an hour': counted.most,
        'handed in again': again,
        'list of tickets, p50 (ms)': round(percentile(answers, 0.5)),
        'list of tickets, p95 (ms)': round(p95),
        'list of tickets, looks': answers.length,
        'manager, processor time (s)': round(cpu),
        'manager, peak memory (MB)': peak,
        'load average before': load,
      },
      aims: [
        aimOf('mails that were kept', `${mails}`, `${counted.kept}`, counted.kept === mails),
        aimOf(
          'mails on tickets or parked',
          `${mails}`,
          `${counted.filed + counted.parked}`,
          counted.filed + counted.parked === mails && counted.messages === counted.filed,
        ),
        aimOf(
          'acknowledgements to one address in an hour',
          `≤ ${acknowledgedAim}`,
          `${counted.most}`,
          counted.most <= acknowledgedAim,
        ),
        aimOf('the list of tickets answers, p95', `< ${answerAimMs} ms`, `${round(p95)} ms`, p95 < answerAimMs),
        aimOf('memory of the manager', `< ${memoryAimMb} MB`, `${peak} MB`, peak < memoryAimMb),
      ],
    });
  } finally {
    await system.stop();
    await relay.stop();
  }
}

const aimOf = (what: string, aim: string, measured: string, met: boolean) => ({ what, aim, measured, met });

await main();
