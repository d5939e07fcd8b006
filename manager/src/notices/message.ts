import type { SendMailOptions } from 'nodemailer';
import type { Platform } from '../platform/index.ts';
import { envelopeSender } from './bounce-address.ts';
import type { StoredSettings } from './settings.ts';
import type { ClaimedNotice } from './store.ts';

/**
 * A letter as it goes out: to one recipient, with a Message-ID that is the same at every attempt, so that a mail system that took it
 * twice can tell. All letters about one alert point to one root and so stand together in the reader's mail program.
 */
export function toMessage(platform: Platform, settings: StoredSettings, notice: ClaimedNotice): SendMailOptions {
  const domain = settings.fromAddress.slice(settings.fromAddress.lastIndexOf('@') + 1);
  const thread = notice.alert_id ? `<alert.${notice.alert_id}@${domain}>` : undefined;
  return {
    from: { name: notice.from_name ?? settings.fromName, address: settings.fromAddress },
    to: { name: '', address: notice.recipient },
    envelope: { from: envelopeSender(platform, settings, notice.id), to: [notice.recipient] },
    subject: notice.subject,
    date: notice.created_at,
    messageId: `<notice.${notice.id}@${domain}>`,
    ...(thread ? { references: [thread], inReplyTo: thread } : {}),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Sakimori-Notice': notice.id,
      'X-Sakimori-Account': notice.tenant_id,
      ...(notice.alert_id ? { 'X-Sakimori-Alert': notice.alert_id } : {}),
    },
    text: notice.body_text,
    ...(notice.body_html ? { html: notice.body_html } : {}),
    attachments: notice.attachments.map(({ name, contentType, base64 }) => ({
      filename: name,
      contentType,
      content: Buffer.from(base64, 'base64'),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
