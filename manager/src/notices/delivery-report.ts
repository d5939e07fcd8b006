import { simpleParser } from 'mailparser';
import { isAddressStatus } from './outcome.ts';
import { showLine } from './plain.ts';

/** What a delivery status notification says of our letter. */
export type DeliveryReport = {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** RFC 3463 status, `5.1.1`. */
  readonly status: string;
  /** Status and the words of the server that refused, in one line. */
  readonly reason: string;
  /** The address does not exist or takes no mail, as opposed to a mailbox that is full or a server that was out of reach. */
  readonly addressFails: boolean;
};

/** A report holds the letter it is about, and no letter of ours is near this. */
export const reportBytesMax = 5 * 1024 * 1024;
const statusBytesMax = 64 * 1024;
const fieldsMax = 200;
const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/** Reads a delivery status notification (RFC 3464). Undefined where the message is none or is broken; it never throws. */
export async function parseDeliveryReport(raw: Buffer): Promise<DeliveryReport | undefined> {
  if (raw.length > reportBytesMax) return undefined;
  const mail = await simpleParser(raw, {
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    checksumAlgo: false,
    maxHeadSize: 64 * 1024,
  }).catch(() => undefined);
  const part = mail?.attachments.find(({ contentType }) => /^message\/(global-)?delivery-status$/i.test(contentType));
  if (!part || part.size > statusBytesMax) return undefined;
  return readStatus(part.content.toString('utf8'));
}

/** Groups of fields with blank lines between: the first is about the message, each further one about a recipient. Ours have one. */
function readStatus(text: string): DeliveryReport | undefined {
  const groups = text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .slice(0, 20)
    .map(readFields);
  const recipient = groups.find((fields) => fields.has('action') && fields.has('status'));
  const action = actions.find((word) => word === recipient?.get('action')?.trim().toLowerCase());
  const status = /^\s*([245]\.\d{1,3}\.\d{1,3})\b/.exec(recipient?.get('status') ?? '')?.[1];
  if (!recipient || !action || !status) return undefined;
  const words = (recipient.get('diagnostic-code') ?? '').replace(/^\s*[a-z0-9-]+\s*;\s*/i, '');
  // Many servers give a general status (5.0.0) and the precise one in their words.
  const general = /^5\.0\.0$/.test(status);
  return {
    action,
    status,
    reason: showLine(`${status} ${words}`.trim(), 1000),
    addressFails:
      isAddressStatus(status) || (general && (isAddressStatus(words) || words === '' || /\b55[013]\b/.test(words))),
  };
}

function readFields(group: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of group
    .replace(/\n[ \t]+/g, ' ')
    .split('\n')
    .slice(0, fieldsMax)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1, colon + 4000));
  }
  return fields;
}
