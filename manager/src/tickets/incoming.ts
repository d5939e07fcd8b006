import { type ParkedMail, Refusal } from '@sakimori/contract';
import { type ContactRow, type Desk, selectContactsByMail } from '../customers/index.ts';
import { looksLikeBounceAddress, type ReplySubject, readReplyAddress, takeDeliveryReport } from '../notices/index.ts';
import { announce, defineJob, enqueue, newId, Turns, type Tx } from '../platform/index.ts';
import { selectAlertKey } from './about.ts';
import { keyOf, type MailAttachment, type ReadMail, readMail } from './mail-reader.ts';
import {
  countAcknowledged,
  countFrom,
  insertMail,
  lockMail,
  lockSender,
  type MailRow,
  type MailVia,
  selectMail,
  settleMail,
} from './mail-store.ts';
import { relayNameOf } from './mailbox.ts';
import { scan } from './scanner.ts';
import {
  insertAttachment,
  lockTicket,
  type NewAttachment,
  selectTicketByMessages,
  selectTicketOfNotice,
  selectTickets,
  type TicketRow,
} from './store.ts';
import { acknowledge, addCustomerMessage, openTicket } from './tickets.ts';

/** Bytes of one mail that a door takes; a larger one is told so by the server that sends it. */
export const mailBytesMax = 50 * 1024 * 1024;
/** Bytes of one attachment that are kept in the thread, and of all of one mail. */
const attachmentBytesMax = 15 * 1024 * 1024;
const attachmentsBytesMax = 25 * 1024 * 1024;

const hourMs = 60 * 60_000;
/** From one sender in an hour: more is parked, so that a program gone wild opens no thousand tickets. */
const filedMax = 100;
const acknowledgedMax = 5;

export const readMailJob = defineJob<{ mailId: string }>('tickets.readMail');
/** A mail of megabytes takes many times that while it is read: one at a time. */
const turns = new Turns(2, 10_000);

export type Incoming = {
  readonly via: MailVia;
  readonly raw: Buffer;
  /** Empty for a null sender; undefined where the door does not know it. */
  readonly from: string | undefined;
  readonly to: readonly string[];
  /** The mail's whole size, where only its beginning could be had. */
  readonly sizeBytes?: number;
};

const unknownEnvelope = '?';

/** Keeps a mail, whatever it is, and queues its reading: once this returns, it is not lost. @returns false where it is there already */
export function keepMail({ platform }: Desk, mail: Incoming): Promise<boolean> {
  const { clock, database } = platform;
  return database.asProvider(async (tx) => {
    const id = newId(clock);
    const isNew = await insertMail(tx, {
      ...{ id, key: keyOf(mail.raw), at: clock.now(), via: mail.via, raw: mail.raw },
      ...{ from: mail.from ?? unknownEnvelope, to: mail.to, sizeBytes: mail.sizeBytes ?? mail.raw.length },
      isCut: mail.sizeBytes !== undefined && mail.sizeBytes > mail.raw.length,
    });
    if (isNew) await enqueue(tx, readMailJob, { mailId: id }, id);
    return isNew;
  });
}

/** Reads a mail that was kept and files it: onto its ticket, as a new one, or among the parked. */
export async function fileMail(desk: Desk, mailId: string): Promise<void> {
  const { platform } = desk;
  const row = await platform.database.asProvider((tx) => selectMail(tx, mailId));
  if (row?.state !== 'waiting') return;
  const at = platform.clock.now();
  const bounces = row.envelope_to.filter(looksLikeBounceAddress);
  if (bounces.length > 0) {
    await takeDeliveryReport(platform, row.raw, bounces);
    await platform.database.asProvider((tx) => settleMail(tx, mailId, { state: 'report', at }));
    return;
  }
  await turns.run('mail', async () => {
    const mail = await read(desk, row).catch((error: Error) => {
      platform.log.warn({ mailId, err: error.message }, 'a mail could not be read; it is parked');
      return undefined;
    });
    if (!mail) {
      await platform.database.asProvider((tx) => settleMail(tx, mailId, { state: 'parked', reason: 'unreadable', at }));
      return;
    }
    if (mail.recipients.some(looksLikeBounceAddress) && mail.isAutomatic) {
      const taken = await takeDeliveryReport(platform, row.raw);
      if (taken !== 'ignored') {
        await platform.database.asProvider((tx) => settleMail(tx, mailId, { state: 'report', at, seen: mail }));
        return;
      }
    }
    const attachments = await scanAll(desk, mail.attachments);
    await platform.database.asProvider((tx) => file(tx, desk, row.id, mail, attachments));
  });
}

const envelopeOf = (row: MailRow) => ({
  from: row.envelope_from === unknownEnvelope ? undefined : row.envelope_from,
  to: row.envelope_to,
});
const read = async (desk: Desk, row: MailRow): Promise<ReadMail> =>
  readMail(row.raw, envelopeOf(row), await desk.platform.database.asProvider(relayNameOf));

/** What an attachment became: scanned, held back, or left out where it is larger than what is kept. The original stays beside it. */
async function scanAll({ platform }: Desk, attachments: readonly MailAttachment[]): Promise<NewAttachment[]> {
  const kept: NewAttachment[] = [];
  let sum = 0;
  for (const { name, contentType, content } of attachments) {
    const base = { id: newId(platform.clock), name, content_type: contentType, size_bytes: content.length };
    if (content.length > attachmentBytesMax || sum + content.length > attachmentsBytesMax) {
      kept.push({ ...base, state: 'left_out', finding: null, content: null });
      continue;
    }
    sum += content.length;
    const found = await scan(platform.config.SAKIMORI_CLAMD, content);
    kept.push({ ...base, ...found, content: found.state === 'held' ? null : content });
  }
  return kept;
}

type Claim = {
  readonly subject: ReplySubject;
  readonly accountId: string;
  readonly id: string;
  readonly isSigned: boolean;
};

/** What a mail says it is about: by the address that we gave, by the letters that it answers, by the number in its subject. */
async function claimOf(tx: Tx, desk: Desk, mail: ReadMail): Promise<Claim | undefined> {
  for (const address of mail.recipients) {
    const signed = readReplyAddress(desk.platform, address);
    const found =
      signed?.subject === 'ticket'
        ? (await selectTickets(tx, { id: signed.id, limit: 1 }))[0]
        : signed && (await selectAlertKey(tx, { alertId: signed.id }));
    if (signed && found) return { subject: signed.subject, accountId: found.tenant_id, id: found.id, isSigned: true };
  }
  const named = (subject: ReplySubject, found: { tenant_id: string; id: string } | undefined): Claim | undefined =>
    found && { subject, accountId: found.tenant_id, id: found.id, isSigned: false };
  for (const reference of mail.references) {
    const [, kind, id] = /^<(notice|ticket|alert)\.([0-9a-f-]{36})@/i.exec(reference.toLowerCase()) ?? [];
    if (!kind || !id) continue;
    const claim =
      kind === 'ticket'
        ? named('ticket', (await selectTickets(tx, { id, limit: 1 }))[0])
        : kind === 'alert'
          ? named('alert', await selectAlertKey(tx, { alertId: id }))
          : (named('ticket', await selectTicketOfNotice(tx, id)) ??
            named('alert', await selectAlertKey(tx, { noticeId: id })));
    if (claim) return claim;
  }
  const byMessage = await selectTicketByMessages(tx, mail.references);
  if (byMessage) return named('ticket', byMessage);
  const number = /\[#(\d{1,9})\]/.exec(mail.subject)?.[1];
  return number ? named('ticket', (await selectTickets(tx, { number: Number(number), limit: 1 }))[0]) : undefined;
}

async function file(
  tx: Tx,
  desk: Desk,
  mailId: string,
  mail: ReadMail,
  attachments: readonly NewAttachment[],
): Promise<void> {
  const { clock } = desk.platform;
  const row = await lockMail(tx, mailId);
  if (row?.state !== 'waiting') return;
  // Before any ticket, so that two of them never hold what the other waits for.
  await lockSender(tx, mail.fromMail);
  const at = clock.now();
  const settle = (settled: Omit<Parameters<typeof settleMail>[2], 'at' | 'seen'>) =>
    settleMail(tx, mailId, { at, seen: mail, ...settled });
  const claim = mail.isOurs ? undefined : await claimOf(tx, desk, mail);
  const ticket = claim?.subject === 'ticket' ? await lockTicket(tx, claim.id) : undefined;
  const contacts = await selectContactsByMail(tx, mail.fromMail);
  const park = async (reason: ParkedMail['reason']) => {
    await settle({ state: 'parked', reason, accountId: claim?.accountId, ticketId: ticket?.id });
    await announce(tx, { topic: 'ticket' });
  };
  const isKnownIn = (accountId: string) =>
    contacts.some(({ tenant_id }) => tenant_id === accountId) ||
    (ticket?.tenant_id === accountId && ticket.requester_mail?.toLowerCase() === mail.fromMail.toLowerCase());
  if (mail.isOurs || (mail.isAutomatic && !ticket)) return settle({ state: 'automatic' });
  if (mail.proof.verdict === 'fail') return park('sender_not_proven');
  if ((await countFrom(tx, mail.fromMail, new Date(at.getTime() - hourMs))) >= filedMax) return park('flood');
  const filing: Filing = { tx, desk, row, mail, attachments };
  // Whoever has a signed address was written to by us or by whom we wrote to; by a number alone only those who are known come in.
  if (ticket && (claim?.isSigned || isKnownIn(ticket.tenant_id))) {
    await addMail(filing, ticket, !isKnownIn(ticket.tenant_id));
    return settle({ state: 'filed', accountId: ticket.tenant_id, ticketId: ticket.id });
  }
  const accounts = [...new Set(contacts.map(({ tenant_id }) => tenant_id))];
  const accountId =
    claim && accounts.includes(claim.accountId) ? claim.accountId : accounts.length === 1 ? accounts[0] : undefined;
  if (accountId === undefined) return park(accounts.length === 0 ? 'unknown_sender' : 'several_accounts');
  const contact = contacts.find(({ tenant_id }) => tenant_id === accountId)!;
  const alertId = claim?.subject === 'alert' && claim.accountId === accountId ? claim.id : undefined;
  const standing = alertId && (await ticketOfAlert(tx, contact, alertId));
  if (standing) await addMail(filing, standing, false);
  const ticketId = standing ? standing.id : await openFromMail(filing, accountId, contact, alertId);
  await settle({ state: 'filed', accountId, ticketId });
}

export type Filing = {
  readonly tx: Tx;
  readonly desk: Desk;
  readonly row: Pick<MailRow, 'received_at'>;
  readonly mail: ReadMail;
  readonly attachments: readonly NewAttachment[];
};

/** The ticket that the same person opened by an earlier reply to the same alert. */
async function ticketOfAlert(tx: Tx, contact: ContactRow, alertId: string): Promise<TicketRow | undefined> {
  const standing = await selectTickets(tx, { accountId: contact.tenant_id, alertId, state: 'unclosed', limit: 50 });
  const own = standing.find(({ channel, contact_id }) => channel === 'alertReply' && contact_id === contact.id);
  return own && lockTicket(tx, own.id);
}

async function keepAttachments({ tx, attachments }: Filing, accountId: string, messageId: string): Promise<void> {
  for (const attachment of attachments) await insertAttachment(tx, { accountId, messageId }, attachment);
}

export async function addMail(filing: Filing, ticket: TicketRow, isStranger: boolean): Promise<void> {
  const { tx, desk, row, mail } = filing;
  const id = newId(desk.platform.clock);
  await addCustomerMessage(tx, desk, ticket, {
    ...{
      id,
      at: row.received_at,
      author: mail.fromName,
      fromMail: mail.fromMail,
      text: mail.text,
      quoted: mail.quoted,
    },
    ...{ isStranger, isAutomatic: mail.isAutomatic, proof: mail.proof, messageId: mail.messageId },
  });
  await keepAttachments(filing, ticket.tenant_id, id);
}

/** @param contact who wrote; undefined where a person of the provider gave the mail of a stranger to the account */
export async function openFromMail(
  filing: Filing,
  accountId: string,
  contact: ContactRow | undefined,
  alertId: string | undefined,
): Promise<string> {
  const { tx, desk, row, mail } = filing;
  const messageId = newId(desk.platform.clock);
  const { id } = await openTicket(tx, desk, {
    ...{
      accountId,
      channel: alertId ? 'alertReply' : 'mail',
      subject: mail.subject || '(no subject)',
      text: mail.text,
    },
    requester: {
      name: contact?.name ?? mail.fromName,
      mail: contact?.mail ?? mail.fromMail,
      contactId: contact?.id,
      phone: contact?.phone ?? undefined,
    },
    ...(contact ? { language: contact.language } : {}),
    ...{ alertId, at: row.received_at },
    message: {
      ...{ id: messageId, fromMail: mail.fromMail, quoted: mail.quoted, proof: mail.proof, messageId: mail.messageId },
      isStranger: contact === undefined,
    },
  });
  await keepAttachments(filing, accountId, messageId);
  const since = new Date(desk.platform.clock.now().getTime() - hourMs);
  if (contact && !contact.bounced_at && (await countAcknowledged(tx, contact.mail, since)) < acknowledgedMax)
    await acknowledge(tx, desk, id);
  return id;
}

/** A parked mail read anew, for whoever looks at it. @throws Refusal `not_found`, `wrong_state` */
export async function readParked(
  desk: Desk,
  mailId: string,
): Promise<{ readonly row: MailRow; readonly mail: ReadMail }> {
  const row = await desk.platform.database.asProvider((tx) => selectMail(tx, mailId));
  if (!row || row.state === 'waiting') throw new Refusal('not_found', { what: 'parkedMail' });
  if (row.state !== 'parked') throw new Refusal('wrong_state', { what: 'parkedMail', state: 'dismissed' });
  return { row, mail: await read(desk, row).catch(() => unreadable(row)) };
}
const unreadable = (row: MailRow): ReadMail => ({
  ...{
    fromMail: row.from_mail,
    fromName: row.from_name,
    subject: row.subject,
    quoted: undefined,
    messageId: undefined,
  },
  ...{ references: [], recipients: [], isAutomatic: false, isOurs: false, attachments: [] },
  text: row.raw
    .subarray(0, 20_000)
    .toString('latin1')
    .replace(/[^\x20-\x7e\n]/g, ''),
  proof: { verdict: 'none', detail: '' },
});
export const scanFor = scanAll;
