import type { AlertGuidance, Contact, Detection, Language } from '@sakimori/contract';
import { contactsFor } from '../customers/index.ts';
import { announce, enqueue, newId, type Platform, type Tx } from '../platform/index.ts';
import { type Identity, identityFor } from './identity.ts';
import { sendNotice } from './jobs.ts';
import { composeAlertMail } from './mail.ts';
import { showLine } from './plain.ts';
import {
  insertNotices,
  type NewNotice,
  type NoticeThread,
  selectAccountsWithoutRecipients,
  selectAlertContext,
  selectBeginning,
  selectDue,
} from './store.ts';
import { publicUrl } from './wiring.ts';

export type Attachment = { readonly name: string; readonly contentType: string; readonly content: Uint8Array };
export type Composed = {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments?: readonly Attachment[];
};
/** A contact, or somebody without an id whose address alone is known. */
export type Recipient = Pick<Contact, 'accountId' | 'mail' | 'language' | 'bouncedAt'> & { readonly id?: string };
export type Telling = {
  readonly accountId: string;
  /** What the letter is: `alert.opened`, `report.weekly`. */
  readonly kind: string;
  readonly contacts: readonly Recipient[];
  /** Called once for each language that is needed, with who the letter comes from. */
  readonly compose: (language: Language, from: Identity) => Composed | Promise<Composed>;
  /** Who it comes from where that is not the provider: name and address of the From header. */
  readonly sender?: { readonly name: (language: Language) => string; readonly address?: string | undefined };
  readonly alertId?: string;
  readonly thread?: NoticeThread;
  /** Id of the letter, where there is one recipient and the caller has to know it. */
  readonly noticeId?: string;
};

const subjectCharactersMax = 300;

/**
 * Writes one letter for each contact, in their language, and queues its sending, in the transaction that causes it. Contacts whose
 * address failed are passed over.
 * @returns how many letters there are; 0 means that nobody is told
 * @throws Error where a contact is of another account: one customer's letter never goes to another
 */
export async function tell(tx: Tx, platform: Platform, telling: Telling): Promise<number> {
  const { accountId } = telling;
  if (telling.contacts.some((contact) => contact.accountId !== accountId))
    throw new Error('A letter was to go to a contact of another account.');
  const contacts = telling.contacts.filter((contact) => !contact.bouncedAt);
  if (contacts.length === 0) return 0;
  const from = await identityFor(tx, accountId);
  const letters = new Map<Language, Awaited<ReturnType<typeof toStored>>>();
  for (const language of new Set(contacts.map((contact) => contact.language)))
    letters.set(language, toStored(await telling.compose(language, from)));
  const notices: NewNotice[] = contacts.map((contact, index) => ({
    id: (index === 0 ? telling.noticeId : undefined) ?? newId(platform.clock),
    thread: telling.thread ?? null,
    kind: telling.kind,
    alertId: telling.alertId ?? null,
    contactId: contact.id ?? null,
    recipient: contact.mail,
    language: contact.language,
    fromName: (telling.sender?.name ?? from.sender)(contact.language) ?? null,
    fromAddress: telling.sender?.address ?? null,
    ...letters.get(contact.language)!,
  }));
  await insertNotices(tx, accountId, notices, platform.clock.now());
  for (const notice of notices) await enqueue(tx, sendNotice, { accountId, noticeId: notice.id }, notice.id);
  await announce(tx, { topic: 'mail', accountId });
  return notices.length;
}

/** The database refuses zero bytes and halves of characters; a letter must never be the reason that a detection is lost. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed();

function toStored(composed: Composed) {
  return {
    subject: showLine(composed.subject, subjectCharactersMax),
    text: storable(composed.text),
    html: composed.html === undefined ? null : storable(composed.html),
    attachments: (composed.attachments ?? []).map(({ name, contentType, content }) => ({
      name: showLine(name, 200),
      contentType: showLine(contentType, 100),
      base64: Buffer.from(content).toString('base64'),
    })),
  };
}

export type AlertTelling = {
  readonly accountId: string;
  readonly alertId: string;
  readonly alertNumber: number;
  /** The detection that raised the alert. Of a resolved one only rule, kind, module, severity and host are read. */
  readonly detection: Detection;
  readonly event: 'opened' | 'resolved' | 'escalated';
  /** Of an escalated alert, what the customer is asked to do. */
  readonly message?: string;
  /** Who is told; left out, every contact for alerts. */
  readonly contacts?: readonly Recipient[];
  /** Facts beside those of the detection: `gapSeconds` of a resolved one. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Why there is such an alert and what to do next. */
  readonly guidance?: AlertGuidance;
};

/**
 * Tells the account's contacts for alerts of a new or resolved alert. The transaction must be one as the account.
 * @returns how many are told; 0 where no contact is registered, which the caller must make visible
 */
export async function tellAlert(tx: Tx, platform: Platform, telling: AlertTelling): Promise<number> {
  const { accountId, alertId, detection, event } = telling;
  const contacts = telling.contacts ?? (await contactsFor(tx, 'alerts'));
  if (contacts.every((contact) => contact.bouncedAt)) return 0;
  const context = await selectAlertContext(tx, accountId, detection.hostId);
  const beginning = event === 'resolved' ? await selectBeginning(tx, accountId, alertId) : undefined;
  const told = {
    event,
    alertId,
    alertNumber: telling.alertNumber,
    accountName: context.account_name,
    customerName: context.customer_name,
    hostName: context.host_name ?? detection.hostId,
    consoleUrl: publicUrl(platform),
    detection,
    detectionId: beginning?.first_detection_id ?? detection.id,
    occurredAt: beginning?.opened_at.toISOString() ?? detection.occurredAt,
    ...(telling.message === undefined ? {} : { message: telling.message }),
    ...(event === 'resolved' ? { resolvedAt: platform.clock.now().toISOString() } : {}),
    facts: telling.facts,
    ...(telling.guidance ? { guidance: telling.guidance } : {}),
  };
  return tell(tx, platform, {
    accountId,
    alertId,
    kind: `alert.${event}`,
    contacts,
    compose: (language, from) =>
      composeAlertMail(language, {
        ...told,
        provider: { name: from.name(language), signature: from.signature(language) },
      }),
  });
}

/** Accounts of which nobody would be told of an alert, for the provider to see. The transaction must be the provider's. */
export const accountsWithoutRecipients = (tx: Tx): Promise<{ id: string; name: string }[]> =>
  selectAccountsWithoutRecipients(tx);

const dueAtOnce = 200;
const firstAttemptGraceMs = 10_000;

/** Queues the letters whose next attempt is due. */
export async function queueDue(platform: Platform): Promise<number> {
  const now = platform.clock.now();
  return platform.database.asProvider(async (tx) => {
    const due = await selectDue(tx, now, new Date(now.getTime() - firstAttemptGraceMs), dueAtOnce);
    for (const { tenant_id: accountId, id: noticeId } of due)
      await enqueue(tx, sendNotice, { accountId, noticeId }, noticeId);
    return due.length;
  });
}
