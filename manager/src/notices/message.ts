import type { SendMailOptions } from 'nodemailer';
import type { Platform } from '../platform/index.ts';
import { envelopeSender } from './bounce-address.ts';
import { replyAddress } from './reply-address.ts';
import type { StoredSettings } from './settings.ts';
import type { ClaimedNotice, StoredAttachment } from './store.ts';

/**
 * A letter as it goes out: to one recipient, with a Message-ID that is the same at every attempt, so that a mail system that took it
 * twice can tell. All letters about one alert or ticket point to one root and so stand together in the reader's mail program; an answer to
 * them comes to the desk, by an address that names what it is about (S63).
 */
export function toMessage(platform: Platform, settings: StoredSettings, notice: ClaimedNotice): SendMailOptions {
  const domain = settings.fromAddress.slice(settings.fromAddress.lastIndexOf('@') + 1);
  const { thread, alert_id: alertId } = notice;
  const root = thread ? `<ticket.${thread.ticketId}@${domain}>` : alertId ? `<alert.${alertId}@${domain}>` : undefined;
  const answered = thread?.inReplyTo ?? root;
  const replyTo = thread
    ? replyAddress(platform, settings, 'ticket', thread.ticketId)
    : alertId && replyAddress(platform, settings, 'alert', alertId);
  const { from_address: other } = notice;
  return {
    from: { name: notice.from_name ?? settings.fromName, address: other ?? settings.fromAddress },
    // Whoever hands it in for another one says so (RFC 5322 §3.6.2).
    ...(other && other !== settings.fromAddress
      ? { sender: { name: settings.fromName, address: settings.fromAddress } }
      : {}),
    to: { name: '', address: notice.recipient },
    envelope: { from: envelopeSender(platform, settings, notice.id), to: [notice.recipient] },
    subject: notice.subject,
    date: notice.created_at,
    messageId: `<notice.${notice.id}@${domain}>`,
    ...(root && answered ? { references: [...new Set([root, answered])], inReplyTo: answered } : {}),
    ...(replyTo ? { replyTo } : {}),
    headers: {
      ...(thread?.isByPerson ? {} : { 'Auto-Submitted': thread ? 'auto-replied' : 'auto-generated' }),
      'X-Auto-Response-Suppress': 'All',
      'X-Sakimori-Notice': notice.id,
      'X-Sakimori-Account': notice.tenant_id,
      ...(alertId ? { 'X-Sakimori-Alert': alertId } : {}),
      ...(thread ? { 'X-Sakimori-Ticket': thread.ticketId } : {}),
    },
    text: notice.body_text,
    ...(notice.body_html ? { html: notice.body_html } : {}),
    ...calendarOf(notice.attachments),
    attachments: notice.attachments
      .filter((attachment) => methodOf(attachment) === undefined)
      .map(({ name, contentType, base64 }) => ({
        filename: name,
        contentType,
        content: Buffer.from(base64, 'base64'),
      })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** `REQUEST` of `text/calendar; charset=utf-8; method=REQUEST`. */
const methodOf = ({ contentType }: StoredAttachment): string | undefined =>
  /^text\/calendar;.*\bmethod=([A-Z]{1,20})$/.exec(contentType)?.[1];

/** A file that asks something of calendar programs is a form of the letter as well as a file beside it: each program reads the one it knows. */
function calendarOf(attachments: readonly StoredAttachment[]): Pick<SendMailOptions, 'icalEvent'> {
  const file = attachments.find((attachment) => methodOf(attachment) !== undefined);
  if (!file) return {};
  const content = Buffer.from(file.base64, 'base64');
  return { icalEvent: { method: methodOf(file)!, filename: file.name, content } };
}
