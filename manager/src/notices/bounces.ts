import { announce, type Platform } from '../platform/index.ts';
import { noticeOfAddress } from './bounce-address.ts';
import { type DeliveryReport, parseDeliveryReport, reportBytesMax } from './delivery-report.ts';
import { recordLoss } from './sender.ts';
import { findReported, recordUndelivered } from './store.ts';

/** What was made of a message that came to a bounce address. */
export type ReportTaken = 'undelivered' | 'known' | 'noted' | 'ignored';

/** A report must name the address it came to: the envelope's recipient, or what the last mail system wrote down of it. */
const recipientHeaders = /^(?:delivered-to|x-original-to|envelope-to|x-envelope-to|to):[ \t]*(.*(?:\r?\n[ \t].*)*)/gim;
const headBytesMax = 64 * 1024;

/**
 * Takes a delivery report, whatever door it came through. Only the signature in the address it was sent to makes it count; what cannot
 * be a report of ours is ignored with a line in the log.
 * @param envelopeTo recipients of the envelope, where the door knows them; else the headers are asked
 */
export async function takeDeliveryReport(
  platform: Platform,
  raw: Buffer,
  envelopeTo: readonly string[] = [],
): Promise<ReportTaken> {
  const ignore = (why: string): ReportTaken => {
    platform.log.info({ why, bytes: raw.length }, 'a delivery report was ignored');
    return 'ignored';
  };
  if (raw.length > reportBytesMax) return ignore('too large');
  const addresses = envelopeTo.length > 0 ? envelopeTo : addressesOf(raw);
  const noticeId = addresses.map((address) => noticeOfAddress(platform, address)).find(Boolean);
  if (!noticeId) return ignore('not signed by us');
  const report = await parseDeliveryReport(raw);
  if (!report) return ignore('not a delivery report');
  if (report.action !== 'failed') {
    platform.log.info(
      { noticeId, action: report.action, status: report.status },
      'a delivery report says that a mail is under way',
    );
    return 'noted';
  }
  return record(platform, noticeId, report);
}

async function record(platform: Platform, noticeId: string, report: DeliveryReport): Promise<ReportTaken> {
  const notice = await platform.database.asProvider((tx) => findReported(tx, noticeId));
  if (!notice) return 'ignored';
  const accountId = notice.tenant_id;
  const state = report.addressFails ? 'bounced' : 'failed';
  return platform.database.as(accountId, async (tx) => {
    if (!(await recordUndelivered(tx, accountId, noticeId, state, report.reason))) return 'known';
    await recordLoss(tx, platform, {
      accountId,
      noticeId,
      alertId: notice.alert_id ?? undefined,
      contactId: notice.contact_id ?? undefined,
      recipient: notice.recipient,
      reason: report.reason,
      state,
    });
    await announce(tx, { topic: 'mail', accountId, id: noticeId });
    return 'undelivered';
  });
}

function addressesOf(raw: Buffer): string[] {
  const head = raw
    .subarray(0, headBytesMax)
    .toString('latin1')
    .split(/\r?\n\r?\n/, 1)[0]!;
  const values = [...head.matchAll(recipientHeaders)].slice(0, 20).map((match) => match[1]!);
  return values.flatMap((value) => value.match(/[^\s<>,;"]{1,320}@[^\s<>,;"]{1,255}/g) ?? []).slice(0, 100);
}
