import { Editions } from '@sakimori/manager/editions/index';
import { type Config, sql, startJobs } from '@sakimori/manager/platform/index';
import { startDeskDoor, ticketsRoom } from '@sakimori/manager/tickets/index';
import { workRoom } from '@sakimori/manager/work/index';
import { createTransport } from 'nodemailer';
import { type Behaviour, type MailServer, startMailServer } from './mail-server.ts';
import { eventually, startTestNotices, type TestNotices } from './notices.ts';
import { patience } from './patience.ts';
import { type DirectService, openDirectService } from './service.ts';

export const deskAddress = 'desk@provider.example';

/** The desk as mail reaches it: its door, the jobs that read, and the server that its letters go out by. */
export type MailDesk = {
  readonly notices: TestNotices;
  readonly relay: MailServer;
  readonly service: DirectService;
  /** A conversation over SMTP, as the provider's own mail server holds it. */
  send(raw: Buffer | string, to?: string, from?: string): Promise<void>;
  /** How many mails there are of each state, once none waits to be read. */
  settled(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
};

export async function startMailDesk(
  given: { readonly config?: Partial<Config>; readonly relay?: Behaviour } = {},
): Promise<MailDesk> {
  const notices = await startTestNotices();
  const relay = await startMailServer(given.relay);
  await notices.useServer(relay.port, { deskAddress });
  const { platform } = notices;
  const config = { ...platform.config, ...given.config, SAKIMORI_DESK_PORT: 0 };
  const desk = { platform: { ...platform, config }, editions: Editions.read(platform.config) };
  const tickets = ticketsRoom(desk);
  const service = openDirectService(platform, [tickets, workRoom(desk)]);
  const jobs = await startJobs(platform.jobsUrl, tickets.jobs ?? [], platform.log, 4);
  const door = (await startDeskDoor(desk))!;
  return {
    ...{ notices, relay, service },
    async send(raw, to = deskAddress, from = 'sato@yamato.example') {
      const client = createTransport({ host: door.host, port: door.port, secure: false, ignoreTLS: true });
      await client.sendMail({ envelope: { from, to: [to] }, raw }).finally(() => client.close());
    },
    settled: () =>
      eventually(async () => {
        const rows = await platform.database.asProvider((tx) =>
          tx.rows(
            sql<{ state: string; count: number }>`select state, count(*) as count from tickets_mail group by state`,
          ),
        );
        return (
          rows.every(({ state }) => state !== 'waiting') &&
          Object.fromEntries(rows.map((row) => [row.state, row.count]))
        );
      }, patience(30_000)),
    async stop() {
      await door.stop();
      await jobs.stop();
      await service.stop();
      await relay.stop();
      await notices.stop();
    },
  };
}

let written = 0;
/** A plain mail with a Message-ID that no other has. */
export function plainMail(given: { from: string; subject: string; text?: string; head?: string }): Buffer {
  const { from, subject, text = '教えてください。', head = '' } = given;
  written += 1;
  return Buffer.from(
    `${head}From: ${from}\r\nTo: ${deskAddress}\r\nSubject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=\r\nMessage-ID: <plain${written}@sender.example>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${text}\r\n`,
  );
}
