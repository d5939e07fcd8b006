import {
  type Actor,
  type Language,
  type PreflightRecord,
  phrase,
  type RebootNotice,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { contactsFor } from '../customers/index.ts';
import { type Identity, identityFor, tell } from '../notices/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { decideNotice, insertNotice, type NoticeRow, selectNotices } from './store.ts';

/** Drafts the letter that a host needs a restart, in the transaction that lets the host in (S15). It is sent by people, and the host is restarted by people. */
export async function draftRebootNotice(
  tx: Tx,
  platform: Platform,
  { accountId, hostId }: { readonly accountId: string; readonly hostId: string },
  { needsReboot, findings }: PreflightRecord,
): Promise<void> {
  if (!needsReboot) return;
  const reasons = findings.filter(({ check }) => check === 'reboot');
  await insertNotice(tx, { accountId, id: newId(platform.clock), hostId, at: platform.clock.now(), reasons });
  await announce(tx, { topic: 'installation', accountId });
}

export async function listRebootNotices(
  platform: Platform,
  actor: Actor,
  language: Language,
  filter: { readonly accountId?: string | undefined; readonly hostId?: string | undefined },
): Promise<RebootNotice[]> {
  return platform.database.for(actor, async (tx) => {
    const notices: RebootNotice[] = [];
    for (const row of await selectNotices(tx, filter))
      notices.push(toNotice(row, language, (await identityFor(tx, row.tenant_id)).name(language)));
    return notices;
  });
}

/** @throws Refusal not_found, wrong_state */
export async function decideRebootNotice(
  platform: Platform,
  actor: Actor,
  language: Language,
  id: string,
  state: 'sent' | 'dismissed',
): Promise<RebootNotice> {
  const [row] = await platform.database.for(actor, (tx) => selectNotices(tx, { id }));
  if (!row) throw new Refusal('not_found', { what: 'mail' });
  const accountId = row.tenant_id;
  const identity = await platform.database.for(actor, (tx) => identityFor(tx, accountId));
  await platform.database.as(accountId, async (tx) => {
    const decision = { state, at: platform.clock.now(), by: actor.name };
    if (!(await decideNotice(tx, accountId, id, decision)))
      throw new Refusal('wrong_state', { what: 'mail', state: row.state });
    let letters = 0;
    if (state === 'sent') {
      const contacts = await contactsFor(tx, 'alerts');
      const compose = (of: Language, from: Identity) => letterOf(row, of, from.name(of));
      letters = await tell(tx, platform, { accountId, kind: 'host.reboot', contacts, compose });
      if (letters === 0) throw new Refusal('wrong_state', { what: 'mail', state: 'no_contact' });
    }
    const facts = { host: row.host_name, letters };
    const action = state === 'sent' ? 'host.reboot_notice_sent' : 'host.reboot_notice_dismissed';
    await note(tx, platform.clock, { accountId, actor, action, target: `host:${row.host_id}`, facts });
    await announce(tx, { topic: 'installation', accountId });
  });
  const [after] = await platform.database.for(actor, (tx) => selectNotices(tx, { id }));
  return toNotice(after ?? row, language, identity.name(language));
}

function letterOf(row: NoticeRow, language: Language, provider: string): { subject: string; text: string } {
  const facts = { host: row.host_name, customer: row.customer_name, account: row.account_name, provider };
  const reasons = row.reasons.map(({ code, facts: told }) => {
    const key = code === 'queue_busy' ? 'preflight.queue_busy' : 'preflight.reboot_pending';
    return `- ${phrase(language, key, told)}`;
  });
  return {
    subject: phrase(language, 'push.letter.subject', facts),
    text: phrase(language, 'push.letter.text', { ...facts, reasons: reasons.join('\n') }),
  };
}

const toNotice = (row: NoticeRow, language: Language, provider: string): RebootNotice => ({
  ...{
    id: row.id,
    accountId: row.tenant_id,
    accountName: row.account_name,
    hostId: row.host_id,
    hostName: row.host_name,
  },
  ...{ createdAt: row.created_at.toISOString(), state: row.state },
  ...letterOf(row, language, provider),
  ...(row.decided_at ? { decidedAt: row.decided_at.toISOString() } : {}),
  ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
});
