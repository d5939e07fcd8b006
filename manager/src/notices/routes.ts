import { type CaughtMail, Refusal, routes } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { type BoundRoute, type Platform, readCursor, serve, toPage, writeCursor } from '../platform/index.ts';
import { listCaught, toCaughtMail } from './caught.ts';
import { listDigests, setDigest } from './digests.ts';
import { applyRecipients, listRecipientChanges, proposeRecipients, rollbackRecipients } from './recipients.ts';
import { answerRecipient, lookAtRecipient } from './recipients-answer.ts';
import { readSettings, saveSettings } from './settings.ts';
import { selectNotices } from './store.ts';
import { sendTest } from './trial-mail.ts';

export const noticesRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.getMailSettings, () => readSettings(platform)),
  serve(routes.setMailSettings, ({ body }, { actor }) => saveSettings(platform, actor, body)),
  serve(routes.sendTestMail, async ({ body }, { actor, language }) => {
    const outcome = await sendTest(platform, language, body.to);
    await platform.database.asProvider((tx) =>
      note(tx, platform.clock, {
        actor,
        action: 'mail.tested',
        target: 'mail:settings',
        facts: { to: body.to, result: outcome.kind === 'sent' ? outcome.response : outcome.reason },
      }),
    );
    if (outcome.kind !== 'sent') throw new Refusal('mail_refused', { detail: outcome.reason });
    return { response: outcome.response };
  }),
  serve(routes.listCaughtMails, async ({ query }) => {
    const { rows, more } = await platform.database.asProvider((tx) =>
      listCaught(tx, query.limit, readCursor(query.cursor)),
    );
    const items: CaughtMail[] = [];
    // One after another: a page may hold megabytes to parse.
    for (const row of rows) items.push(await toCaughtMail(row));
    const last = rows.at(-1);
    return { items, ...(more && last ? { nextCursor: writeCursor({ at: last.received_at, id: last.id }) } : {}) };
  }),
  serve(routes.listContactDigests, async ({ params }, { actor }) => ({
    items: await platform.database.for(actor, (tx) => listDigests(tx, params.accountId)),
  })),
  serve(routes.setContactDigest, ({ params, body }, { actor }) =>
    setDigest(platform, actor, params.accountId, params.contactId, body),
  ),
  serve(routes.previewRecipients, ({ params, body }, { actor }) =>
    platform.database.for(actor, (tx) => proposeRecipients(tx, platform, params.accountId, body)),
  ),
  serve(routes.changeRecipients, ({ params, body }, { actor }) =>
    platform.database.for(actor, (tx) => applyRecipients(tx, platform, actor, params.accountId, body)),
  ),
  serve(routes.listRecipientChanges, async ({ params }, { actor }) => ({
    items: await platform.database.for(actor, (tx) => listRecipientChanges(tx, params.accountId)),
  })),
  serve(routes.undoRecipientChange, ({ params, body }, { actor }) =>
    platform.database.for(actor, (tx) =>
      rollbackRecipients(tx, platform, actor, { accountId: params.accountId, id: params.changeId }, body.reason),
    ),
  ),
  serve(routes.lookAtRecipient, ({ body }) => lookAtRecipient(platform, body.secret)),
  serve(routes.answerRecipient, ({ body }) => answerRecipient(platform, body)),
  serve(routes.listNotices, async ({ query }, { actor }) => {
    const filter = { accountId: query.accountId, after: readCursor(query.cursor), limit: query.limit };
    const rows = await platform.database.for(actor, (tx) => selectNotices(tx, filter));
    return toPage(
      rows,
      query.limit,
      (row) => ({ at: row.created_at, id: row.id }),
      (row) => ({
        id: row.id,
        accountId: row.tenant_id,
        kind: row.kind,
        recipient: row.recipient,
        subject: row.subject,
        state: row.state,
        attempts: row.attempts,
        createdAt: row.created_at.toISOString(),
        ...(row.sent_at ? { sentAt: row.sent_at.toISOString() } : {}),
        ...(row.state === 'waiting' && row.next_attempt_at ? { nextAttemptAt: row.next_attempt_at.toISOString() } : {}),
        ...(row.last_error ? { lastError: row.last_error } : {}),
      }),
    );
  }),
];
