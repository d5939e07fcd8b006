import { type Actor, type DeliveryWay, type Language, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { contactById } from '../customers/index.ts';
import { type Composed, isTooLarge, type Recipient, tell, type Undelivered } from '../notices/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { type KeptReport, markSent, renderingFor, selectKept } from './archive-store.ts';
import { type DeliveryRow, insertDelivery, insertLink, selectDelivery, selectSettings } from './deliveries-store.ts';
import { providerNameIn } from './identity.ts';
import { composeLinkLetter } from './link-letter.ts';
import { fileOf, linkUrl } from './links.ts';
import type { Rendering } from './rendering.ts';

const dayMs = 24 * 60 * 60_000;
type Doer = Pick<Actor, 'kind' | 'id' | 'name'>;
export const reportSystem = { kind: 'system', id: 'system', name: 'system' } as const;

export type Sending = {
  readonly kept: KeptReport;
  readonly contacts: readonly Recipient[];
  readonly cause: DeliveryRow['cause'];
  readonly actor: Doer;
  /** Languages that were signed; readers of another one get the first of the renderings. */
  readonly languages?: readonly Language[];
  /** Left out, as it was agreed with the customer. */
  readonly way?: DeliveryWay | undefined;
};

/**
 * Queues a stored report for recipients, each in their language, as the bytes that are stored and no others. The first time, it is sent from then on and
 * never changes again. The transaction is the account's.
 * @returns the addresses; those whose address failed are passed over
 */
export async function deliver(tx: Tx, platform: Platform, sending: Sending): Promise<string[]> {
  const { kept, cause, actor } = sending;
  const { accountId, id: reportId, report } = kept;
  const contacts = sending.contacts.filter(({ bouncedAt }) => !bouncedAt);
  if (contacts.length === 0) return [];
  const settings = await selectSettings(tx, accountId);
  const at = platform.clock.now();
  const signed = kept.renderings.filter(({ language }) => sending.languages?.includes(language) ?? true);
  const renderings = (signed.length > 0 ? signed : kept.renderings) as [Rendering, ...Rendering[]];
  for (const contact of contacts) {
    const rendering = renderingFor({ renderings }, contact.language);
    // A weekly report is the mail itself; it is a link only where that did not get through.
    const way = sending.way ?? (report.kind === 'monthly' ? settings.delivery : 'attached');
    const expiresAt = new Date(at.getTime() + settings.linkDays * dayMs);
    await deliverTo(tx, platform, sending, contact, rendering, way === 'link' ? { expiresAt } : undefined);
  }
  const addresses = contacts.map(({ mail }) => mail);
  if (cause === 'sent') await markSent(tx, { accountId, reportId }, { at, to: addresses });
  const { kind, period } = report;
  const facts = { kind, period, to: addresses, ...(cause === 'sent' ? {} : { cause }) };
  const action = cause === 'sent' ? 'report.sent' : 'report.resent';
  await note(tx, platform.clock, { accountId, actor, action, target: `report:${reportId}`, facts });
  await announce(tx, { topic: 'report', accountId, id: reportId });
  return addresses;
}

async function deliverTo(
  tx: Tx,
  platform: Platform,
  { kept, cause, actor }: Sending,
  contact: Recipient,
  rendering: Rendering,
  asLink: { readonly expiresAt: Date } | undefined,
): Promise<void> {
  const { accountId, id: reportId, report } = kept;
  const { clock } = platform;
  const [noticeId, at, file] = [newId(clock), clock.now(), fileOf(report, rendering)];
  const link = asLink && {
    ...{ tenant_id: accountId, id: newId(clock), report_id: reportId, language: rendering.language },
    ...{ recipient: contact.mail, created_at: at, expires_at: asLink.expiresAt },
  };
  if (link) await insertLink(tx, link);
  const letter = link
    ? composeLinkLetter(
        rendering.language,
        report,
        {
          ...{ url: linkUrl(platform, link), expiresAt: link.expires_at.toISOString() },
          ...{ sha256: file.sha256, sizeBytes: file.content.length },
        },
        cause,
      )
    : toComposed(kept, rendering);
  await tell(tx, platform, {
    ...{ accountId, kind: `report.${report.kind}`, contacts: [contact], noticeId },
    // It is signed as it stands: neither its words nor its bytes are made anew for this letter.
    compose: () => letter,
    ...(report.reporter?.party === 'soc'
      ? { sender: { name: () => providerNameIn(rendering.language, report), address: report.reporter.fromAddress } }
      : {}),
  });
  await insertDelivery(tx, accountId, {
    ...{ id: newId(clock), report_id: reportId, recipient: contact.mail, contact_id: contact.id ?? null, cause },
    ...{ language: rendering.language, way: link ? 'link' : 'attached', notice_id: noticeId },
    ...{ link_id: link?.id ?? null, sha256: rendering.sha256, created_at: at, created_by: actor.name },
  });
}

/** The mail as it is stored and, of a monthly report, its PDF. */
function toComposed({ report }: KeptReport, rendering: Rendering): Composed {
  const { subject, text, html } = rendering.mail;
  if (report.kind === 'weekly') return { subject, text, html };
  const { name, type, content } = fileOf(report, rendering);
  return { subject, text, html, attachments: [{ name, contentType: type, content }] };
}

/**
 * The same report to one recipient again: to the address that the contact has by now.
 * @throws Refusal `not_found`, `no_recipients`
 */
export async function resend(
  tx: Tx,
  platform: Platform,
  actor: Doer,
  asked: {
    readonly accountId: string;
    readonly reportId: string;
    readonly deliveryId: string;
    readonly way?: DeliveryWay | undefined;
  },
): Promise<void> {
  const { accountId, reportId, deliveryId, way } = asked;
  const delivery = await selectDelivery(tx, accountId, { id: deliveryId });
  const kept = await selectKept(tx, reportId, true);
  if (!kept || delivery?.report_id !== reportId) throw new Refusal('not_found', { what: 'report' });
  const contact =
    delivery.contact_id === null ? plain(accountId, delivery) : await contactById(tx, delivery.contact_id);
  const languages = [delivery.language];
  const sending = { kept, contacts: contact ? [contact] : [], cause: 'resent', actor, languages } as const;
  const sent = await deliver(tx, platform, { ...sending, ...(way ? { way } : { way: delivery.way }) });
  if (sent.length === 0) throw new Refusal('no_recipients', { report: kept.report.kind });
}

const plain = (accountId: string, { recipient: mail, language }: DeliveryRow): Recipient => ({
  ...{ accountId, mail, language },
});

/**
 * A report that a mail server refused for its size goes out again as a link, in the transaction that records the loss; the address is as good as before.
 * @returns whether it did; any other loss is left to whoever looks after addresses
 */
export async function turnIntoLink(tx: Tx, platform: Platform, mail: Undelivered): Promise<boolean> {
  const delivery = await selectDelivery(tx, mail.accountId, { noticeId: mail.noticeId });
  if (!delivery || delivery.way === 'link' || !isTooLarge(mail.reason)) return false;
  const kept = await selectKept(tx, delivery.report_id, true);
  if (!kept) return false;
  const contact: Recipient = {
    ...plain(mail.accountId, delivery),
    ...(delivery.contact_id ? { id: delivery.contact_id } : {}),
  };
  const languages = [delivery.language];
  const sending = { kept, contacts: [contact], cause: 'too_large', actor: reportSystem, languages } as const;
  return (await deliver(tx, platform, { ...sending, way: 'link' })).length > 0;
}
