import { createRequire } from 'node:module';
import { type NewMeeting, Refusal, routes } from '@sakimori/contract';
import { auditRoutes } from '@sakimori/manager/audit/index';
import { customersRoom } from '@sakimori/manager/customers/index';
import { Editions } from '@sakimori/manager/editions/index';
import { meetingsRoom } from '@sakimori/manager/meetings/index';
import { newId, type Room, sql } from '@sakimori/manager/platform/index';
import { ticketsRoom } from '@sakimori/manager/tickets/index';
import { workRoom } from '@sakimori/manager/work/index';
import { simpleParser } from 'mailparser';
import { type MailServer, startMailServer } from './mail-server.ts';
import { addContact, eventually, startTestNotices, type TestNotices } from './notices.ts';
import { actorOf, type DirectService, openDirectService } from './service.ts';

// The library's declarations want a browser's types; what the tests read of it is named here.
type Property = { getFirstValue(): unknown; getParameter(name: string): string | undefined };
type Component = {
  getFirstPropertyValue(name: string): unknown;
  getFirstSubcomponent(name: string): Component;
  getFirstProperty(name: string): Property;
  getAllProperties(name: string): Property[];
};
type Moment = { toJSDate(): Date; zone: { tzid: string } };
const ical = createRequire(import.meta.url)('ical.js') as {
  parse(text: string): unknown;
  Component: new (parsed: unknown) => Component;
};

/** An invitation as another program reads it. */
export type ReadInvitation = {
  readonly raw: string;
  readonly method: unknown;
  readonly uid: unknown;
  readonly sequence: unknown;
  readonly status: unknown;
  readonly summary: unknown;
  readonly description: unknown;
  readonly location: unknown;
  readonly url: unknown;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly zone: string;
  readonly organizer: unknown;
  readonly attendees: readonly {
    readonly mail: string;
    readonly name: string | undefined;
    readonly answer: string | undefined;
  }[];
};

export function readInvitation(raw: string): ReadInvitation {
  const calendar = new ical.Component(ical.parse(raw));
  const event = calendar.getFirstSubcomponent('vevent');
  const start = event.getFirstPropertyValue('dtstart') as Moment;
  const end = event.getFirstPropertyValue('dtend') as Moment;
  const of = (name: string) => event.getFirstPropertyValue(name);
  return {
    ...{ raw, method: calendar.getFirstPropertyValue('method'), uid: of('uid'), sequence: of('sequence') },
    ...{ status: of('status'), summary: of('summary'), description: of('description'), location: of('location') },
    ...{ url: of('url'), startsAt: start.toJSDate().toISOString(), endsAt: end.toJSDate().toISOString() },
    ...{ zone: start.zone.tzid, organizer: of('organizer') },
    attendees: event.getAllProperties('attendee').map((one) => ({
      mail: String(one.getFirstValue()).replace('mailto:', ''),
      name: one.getParameter('cn'),
      answer: one.getParameter('partstat'),
    })),
  };
}

export type MeetingMail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly raw: string;
  readonly invitation: ReadInvitation | undefined;
  /** Its parts by their content types, attachments included. */
  readonly types: readonly string[];
  readonly attached: readonly { readonly name: string; readonly content: Buffer }[];
};

/** The room of meetings with those it needs, and a real mail server that its letters go to. */
export type TestMeetings = {
  readonly notices: TestNotices;
  readonly relay: MailServer;
  readonly service: DirectService;
  readonly editions: Editions;
  /** An account under contract since 2026-04-01. */
  contracted(name: string, plan: 'standard' | 'advanced' | 'highend', since?: string): Promise<string>;
  contact(accountId: string, mail: string, language?: 'ja' | 'en'): Promise<string>;
  person(name: string, role: string, language?: 'ja' | 'en'): Promise<string>;
  /** An approved quote for meetings. */
  approved(accountId: string, more?: object): Promise<string>;
  /** Letters to an address, once there are so many. */
  mailsTo(address: string, count: number): Promise<MeetingMail[]>;
  stop(): Promise<void>;
};

export const desk = 'desk@provider.example';

export async function startTestMeetings(
  more: (notices: TestNotices, editions: Editions) => Room[] = () => [],
): Promise<TestMeetings> {
  const notices = await startTestNotices();
  const relay = await startMailServer();
  await notices.useServer(relay.port, { deskAddress: desk });
  const { platform } = notices;
  const editions = Editions.read(platform.config);
  const rules = { platform, editions };
  const service = openDirectService(platform, [
    customersRoom(platform, { editions, onAccountCreated: async () => undefined }),
    ticketsRoom(rules),
    workRoom(rules),
    notices.room,
    meetingsRoom({ ...rules, publicUrl: () => 'https://console.sakimori.example' }),
    { name: 'audit', routes: auditRoutes(platform) },
    ...more(notices, editions),
  ]);
  const staff = () => service.as(actorOf('operator'));
  let contracts = 0;
  return {
    ...{ notices, relay, service, editions },
    contracted: async (name, plan, since = '2026-04-01') => {
      const { id } = await staff()(routes.createAccount, { body: { customerName: `株式会社${name}`, name, plan } });
      contracts += 1;
      await staff()(routes.createContract, {
        params: { accountId: id },
        body: { number: `C-${contracts}`, plan, nodes: 20, startsOn: since },
      });
      return id;
    },
    contact: (accountId, mail, language = 'ja') => addContact(platform, accountId, mail, language, []),
    person: async (name, role, language = 'ja') => {
      const id = newId(platform.clock);
      await platform.database.asProvider((tx) =>
        tx.run(sql`
          insert into access_person (id, name, mail, role, language, created_at)
          values (${id}, ${name}, ${`${role}-${id.slice(-6)}@provider.example`}, ${role}, ${language}, ${platform.clock.now()})`),
      );
      return id;
    },
    approved: async (accountId, given = {}) => {
      const quote = await staff()(routes.createQuote, {
        params: { accountId },
        body: {
          ...{ feature: 'report.meeting', title: '定期報告会', unitYen: 80_000, validUntil: '2027-12-31' },
          ...given,
        },
      });
      await staff()(routes.decideQuote, {
        params: { accountId, quoteId: quote.id },
        body: { decision: 'approved', by: '佐藤', how: 'phone' },
      });
      return quote.id;
    },
    mailsTo: async (address, count) => {
      const found = await eventually(async () => {
        const mails = relay.mails.filter(({ to }) => to.includes(address));
        return mails.length >= count && mails;
      });
      return Promise.all(found.map(({ raw }) => readMail(address, raw)));
    },
    stop: async () => {
      await service.stop();
      await relay.stop();
      await notices.stop();
    },
  };
}

async function readMail(to: string, raw: string): Promise<MeetingMail> {
  const mail = await simpleParser(Buffer.from(raw, 'latin1'));
  const file = mail.attachments.find(({ contentType }) => contentType === 'application/ics');
  return {
    ...{ to, raw, subject: mail.subject ?? '', text: mail.text ?? '', html: mail.html || '' },
    types: [...raw.matchAll(/^Content-Type: ([^\r\n;]+(?:;[^\r\n]*)?)/gim)].map((match) => match[1]!),
    attached: mail.attachments.map(({ filename, content }) => ({ name: filename ?? '', content })),
    invitation: file && readInvitation(file.content.toString('utf8')),
  };
}

/** A visit to Shinjuku on a day, two hours from 14:00 in Japan. */
export const visit = (day: string, more: Partial<NewMeeting> = {}): NewMeeting => ({
  ...{ kind: 'visit', title: '第 3 四半期 定期報告会', place: '東京都新宿区西新宿2-8-1', agenda: '' },
  ...{ startsAt: `${day}T05:00:00.000Z`, endsAt: `${day}T07:00:00.000Z`, contactIds: [], personIds: [] },
  ...more,
});
export const video = (day: string, more: Partial<NewMeeting> = {}): NewMeeting => {
  const { place, ...rest } = visit(day);
  return { ...rest, kind: 'video', url: 'https://meet.example.com/secret-room-42', ...more };
};

export const refusedWith =
  (code: Refusal['code'], facts: Readonly<Record<string, unknown>> = {}) =>
  (error: unknown) => {
    if (!(error instanceof Refusal) || error.code !== code) return false;
    return Object.entries(facts).every(([name, value]) => error.facts[name] === value);
  };
