import type { CaughtMail } from '@sakimori/contract';
import { simpleParser } from 'mailparser';
import { announce, type Cursor, newId, type Platform, sql, type Tx } from '../platform/index.ts';
import { showLine } from './plain.ts';

/** The catcher keeps the newest of this many mails. */
export const caughtMax = 1000;
/** Bytes of mails that one page of the list carries; at least one mail is on it. */
const pageBytesMax = 24 * 1024 * 1024;

type CaughtRow = { id: string; received_at: Date; sender: string; recipients: string[]; subject: string; raw: Buffer };

/** Keeps a mail and lets go of the oldest beyond {@link caughtMax}. */
export async function keepCaught(
  platform: Platform,
  sender: string,
  recipients: readonly string[],
  raw: Buffer,
): Promise<void> {
  const subject = await subjectOf(raw);
  await platform.database.asProvider(async (tx) => {
    const id = newId(platform.clock);
    await tx.run(sql`
      insert into notices_caught (id, received_at, sender, recipients, subject, raw)
      values (${id}, ${platform.clock.now()}, ${showLine(sender, 400)}, ${recipients.slice(0, 100).map((to) => showLine(to, 400))}::text[], ${subject}, ${raw})`);
    await tx.run(sql`
      delete from notices_caught where id in (select id from notices_caught order by received_at desc, id desc offset ${caughtMax})`);
    await announce(tx, { topic: 'mail', id });
  });
}

async function subjectOf(raw: Buffer): Promise<string> {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, Math.min(end < 0 ? raw.length : end, 64 * 1024));
  const subject = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(head.toString('latin1'))?.[0] ?? '';
  const parsed = await simpleParser(Buffer.from(`${subject}\r\n\r\n`, 'latin1')).catch(() => undefined);
  return showLine(parsed?.subject ?? '', 1000);
}

/** Newest first. A page ends early where its mails are large; `more` tells that there are further ones. */
export async function listCaught(tx: Tx, limit: number, after?: Cursor): Promise<{ rows: CaughtRow[]; more: boolean }> {
  const rows = await tx.rows(sql<CaughtRow & { place: number }>`
    with page as (
      select id, received_at, row_number() over w as place, sum(length(raw)) over w as bytes
      from notices_caught
      where true ${after ? sql`and (received_at, id) < (${after.at}, ${after.id})` : sql``}
      window w as (order by received_at desc, id desc)
      order by received_at desc, id desc
      limit ${limit + 1})
    select c.id, c.received_at, c.sender, c.recipients, c.subject, c.raw, page.place
    from page join notices_caught c on c.id = page.id
    where page.place = 1 or (page.bytes <= ${pageBytesMax} and page.place <= ${limit})
    order by page.place`);
  const last = rows.at(-1);
  const more = last ? await hasOlder(tx, last) : false;
  return { rows, more };
}

async function hasOlder(tx: Tx, row: CaughtRow): Promise<boolean> {
  const { found } = await tx.one(sql<{ found: boolean }>`
    select exists (select from notices_caught where (received_at, id) < (${row.received_at}, ${row.id})) as found`);
  return found;
}

/** A caught mail as people and programs read it. A mail that cannot be parsed still comes with its source. */
export async function toCaughtMail(row: CaughtRow): Promise<CaughtMail> {
  const mail = await simpleParser(row.raw, { skipTextToHtml: true, skipTextLinks: true, checksumAlgo: false }).catch(
    () => undefined,
  );
  return {
    id: row.id,
    receivedAt: row.received_at.toISOString(),
    from: showLine(mail?.from?.text ?? row.sender, 400),
    to: row.recipients,
    subject: row.subject,
    text: mail?.text ?? '',
    ...(mail?.html ? { html: mail.html } : {}),
    attachments: (mail?.attachments ?? []).slice(0, 50).map(({ filename, contentType, size }) => ({
      name: showLine(filename ?? '', 255),
      contentType,
      sizeBytes: size,
    })),
    raw: row.raw.toString('latin1'),
  };
}

export async function clearCaught(platform: Platform): Promise<void> {
  await platform.database.asProvider(async (tx) => {
    await tx.run(sql`delete from notices_caught`);
    await announce(tx, { topic: 'mail' });
  });
}
