import type { Transporter } from 'nodemailer';
import { note } from '../audit/index.ts';
import { markBounced } from '../customers/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { toMessage } from './message.ts';
import { nextAttempt, type Outcome, readFailure } from './outcome.ts';
import { followLostRecipient } from './recipients-answer.ts';
import { loadSending, type SendingSettings } from './settings.ts';
import {
  bringForward,
  type ClaimedNotice,
  claimNotice,
  isAddressOf,
  type NoticeChange,
  recordAttempt,
} from './store.ts';
import { sendTimeoutMs, Transports } from './transport.ts';
import { catcherPlace, onUndelivered, type Undelivered } from './wiring.ts';

/** A claimed letter is looked at again after this, in case the process that had it died. Longer than any attempt can take. */
const leaseMs = 120_000;

export const mailSystem = { kind: 'system', id: 'system', name: 'system' } as const;

/**
 * Sends letters. The conversation with the SMTP server happens outside any transaction: before it the letter is claimed, after it the
 * outcome is recorded. An outcome that the database cannot take is kept here and recorded when it can, so that a letter which a server
 * took is not sent again. Only a process that dies between the two sends twice, with the same Message-ID.
 */
export class Sender {
  readonly #platform: Platform;
  readonly #transports = new Transports();
  readonly #underWay = new Set<string>();
  /** A server was out of reach since a letter last got through, as far as this process knows. */
  #hadOutage = true;
  readonly #unrecorded = new Map<string, { readonly notice: ClaimedNotice; readonly outcome: Outcome }>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Makes one attempt at a letter that is due; does nothing where it is not, or is done. @throws where the database is out of reach */
  async send(accountId: string, noticeId: string): Promise<void> {
    if (this.#underWay.has(noticeId)) return;
    this.#underWay.add(noticeId);
    try {
      if (!this.#unrecorded.has(noticeId)) await this.#attempt(accountId, noticeId);
      await this.#record(noticeId);
    } finally {
      this.#underWay.delete(noticeId);
    }
  }

  /** Records what could not be recorded when it happened. */
  async settle(): Promise<void> {
    for (const [noticeId, { notice }] of this.#unrecorded) await this.send(notice.tenant_id, noticeId);
  }

  close(): void {
    this.#transports.close();
  }

  async #attempt(accountId: string, noticeId: string): Promise<void> {
    const { database, clock } = this.#platform;
    const sending = await database.asProvider((tx) => loadSending(tx, this.#platform));
    const now = clock.now();
    const leaseUntil = new Date(now.getTime() + leaseMs);
    const notice = await database.as(accountId, (tx) => claimNotice(tx, accountId, noticeId, now, leaseUntil));
    if (!notice) return;
    const outcome = await this.#converse(notice, sending);
    this.#unrecorded.set(noticeId, { notice, outcome });
  }

  async #converse(notice: ClaimedNotice, sending: SendingSettings): Promise<Outcome> {
    const transport: Transporter = this.#transports.for(sending, catcherPlace(this.#platform));
    try {
      const message = toMessage(this.#platform, sending.settings, notice);
      const { response = '' } = await transport.sendMail({ ...message, signal: AbortSignal.timeout(sendTimeoutMs) });
      return { kind: 'sent', response: response.slice(0, 1000) };
    } catch (error) {
      return readFailure(error);
    }
  }

  async #record(noticeId: string): Promise<void> {
    const entry = this.#unrecorded.get(noticeId);
    if (!entry) return;
    const { notice, outcome } = entry;
    const accountId = notice.tenant_id;
    const change = toChange(notice, outcome, this.#platform.clock.now());
    await this.#platform.database.as(accountId, async (tx) => {
      if (!(await recordAttempt(tx, accountId, noticeId, change))) return;
      if (change.state === 'failed' || change.state === 'bounced')
        await recordLoss(tx, this.#platform, {
          accountId,
          noticeId,
          alertId: notice.alert_id ?? undefined,
          contactId: notice.contact_id ?? undefined,
          recipient: notice.recipient,
          reason: change.lastError ?? '',
          state: change.state,
        });
      await announce(tx, { topic: 'mail', accountId, id: noticeId });
    });
    this.#unrecorded.delete(noticeId);
    if (outcome.kind === 'retry' && outcome.isOutage) this.#hadOutage = true;
    if (outcome.kind === 'sent' && this.#hadOutage) {
      this.#hadOutage = false;
      await this.#platform.database.asProvider((tx) => bringForward(tx, this.#platform.clock.now()));
    }
    if (outcome.kind !== 'sent')
      this.#platform.log.warn(
        { noticeId, accountId, state: change.state, reason: outcome.reason },
        'a mail was not sent',
      );
  }
}

function toChange(notice: ClaimedNotice, outcome: Outcome, now: Date): NoticeChange {
  if (outcome.kind === 'sent') return { state: 'sent', sentAt: now, serverResponse: outcome.response };
  if (outcome.kind === 'bounced') return { state: 'bounced', lastError: outcome.reason };
  const isOutage = outcome.kind === 'retry' && (outcome.isOutage ?? false);
  const next = outcome.kind === 'retry' ? nextAttempt(notice.attempts, notice.created_at, now, isOutage) : undefined;
  return next
    ? { state: 'waiting', nextAttemptAt: next, lastError: outcome.reason, isOutage }
    : { state: 'failed', lastError: outcome.reason };
}

type Loss = Undelivered & { readonly contactId: string | undefined; readonly state: 'failed' | 'bounced' };

/** What a lost letter entails: the audit knows, an address that fails is marked at its contact, rooms that care are told. */
export async function recordLoss(tx: Tx, platform: Platform, loss: Loss): Promise<void> {
  const { accountId, noticeId, contactId, recipient, reason, state, alertId } = loss;
  await note(tx, platform.clock, {
    accountId,
    actor: mailSystem,
    action: `notice.${state}`,
    target: `notice:${noticeId}`,
    facts: { recipient, reason, ...(alertId ? { alertId } : {}) },
  });
  // The contact may have another address by now.
  if (state === 'bounced' && contactId && (await isAddressOf(tx, accountId, contactId, recipient)))
    await markBounced(tx, platform.clock, contactId, reason);
  await followLostRecipient(tx, platform, { accountId, noticeId, alertId, recipient, reason });
  await onUndelivered(platform)(tx, { accountId, noticeId, alertId, recipient, reason });
}
