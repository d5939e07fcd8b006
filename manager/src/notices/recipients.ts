import type {
  Actor,
  Language,
  NewRecipientChange,
  RecipientChange,
  RecipientList,
  RecipientPreview,
  RecipientSteps,
} from '@sakimori/contract';
import { Refusal } from '@sakimori/contract';
import { type AuditNote, note } from '../audit/index.ts';
import {
  checkAccount,
  planRecipients,
  type RecipientPlan,
  restoreRecipients,
  strangeDomains,
  writeRecipients,
} from '../customers/index.ts';
import { announce, newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import { tell } from './notices.ts';
import { composeNew, composeOld, subjectOf } from './recipients-mail.ts';
import {
  type ChangeRow,
  insertChange,
  insertMail,
  lockChange,
  type MailRow,
  markRolledBack,
  selectChanges,
  selectMails,
} from './recipients-store.ts';
import { selectAccountNames } from './store.ts';
import { publicUrl } from './wiring.ts';

/** Somebody who is written to about a change. */
type Addressee = {
  readonly contactId: string;
  readonly name: string;
  readonly mail: string;
  readonly language: Language;
};

/** Everybody of some lists whose address works, each address once. */
function addresseesOf(rows: readonly RecipientList['after'][number][]): Addressee[] {
  const found = new Map<string, Addressee>();
  for (const { fails, ...row } of rows) if (!fails) found.set(row.mail.toLowerCase(), row);
  return [...found.values()];
}
const formerOf = ({ lists }: Pick<RecipientPlan, 'lists'>) => addresseesOf(lists.flatMap(({ before }) => before));

/**
 * What a change of recipients would make of the lists, with the mails that would go; nothing is written. The contacts are held until the
 * transaction ends.
 * @throws Refusal `not_found`, `recipient_duplicate`, `recipient_not_listed`, `recipients_none_left`, `limit_reached`
 */
export async function proposeRecipients(
  tx: Tx,
  platform: Platform,
  accountId: string,
  { steps }: RecipientSteps,
): Promise<RecipientPreview> {
  await checkAccount(tx, accountId);
  const plan = await planRecipients(tx, accountId, steps, () => newId(platform.clock));
  const names = await selectAccountNames(tx, accountId);
  const mail = (part: 'new' | 'old', { mail: to, language }: Pick<Addressee, 'mail' | 'language'>) => ({
    ...{ part, to, language, subject: subjectOf(language, part, names) },
  });
  return {
    lists: [...plan.lists],
    mails: [...plan.added.map((row) => mail('new', row)), ...formerOf(plan).map((row) => mail('old', row))],
    strangeDomains: strangeDomains(plan.lists, plan.added),
    basis: plan.basis,
  };
}

/**
 * Changes who receives alerts and reports, in force at once, and writes to both sides: a new address is asked to confirm that somebody reads it, and
 * everybody who was on a list is told what became of it (S55).
 * @throws Refusal as `proposeRecipients`, `recipients_changed` where `basis` is not of today, `already_exists`
 */
export async function applyRecipients(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  accountId: string,
  input: NewRecipientChange,
): Promise<RecipientChange> {
  await checkAccount(tx, accountId);
  const at = platform.clock.now();
  const plan = await planRecipients(tx, accountId, input.steps, () => newId(platform.clock));
  if (input.basis !== undefined && input.basis !== plan.basis) throw new Refusal('recipients_changed');
  await writeRecipients(tx, accountId, plan.touched, at);
  const row = {
    ...{ tenant_id: accountId, id: newId(platform.clock), lists: [...plan.lists], touched: [...plan.touched] },
    ...{ reason: input.reason, requested_by: input.requestedBy ?? null, approved_by: input.approvedBy ?? null },
    ...{ ticket_id: input.ticketId ?? null, applied_at: at, applied_by: actor.name, applied_by_id: actor.id },
  };
  await insertChange(tx, row);
  for (const added of plan.added) await ask(tx, platform, row, { ...added, contactId: added.id });
  await tellAll(tx, platform, row, formerOf(plan), { part: 'old', lists: row.lists, at });
  await record(tx, platform, actor, row, 'contact.recipients_changed', {
    ...{ reason: input.reason, requestedBy: input.requestedBy, approvedBy: input.approvedBy, ticketId: input.ticketId },
    lists: row.lists.map(factsOf),
  });
  return showChange(tx, accountId, row.id);
}

/**
 * Puts the recipients back as they were before a change, and writes to both sides.
 * @throws Refusal `not_found`, `wrong_state`, `recipients_changed` where a contact is not as the change left it, `recipients_none_left`
 */
export async function rollbackRecipients(
  tx: Tx,
  platform: Platform,
  actor: AuditNote['actor'],
  key: { readonly accountId: string; readonly id: string },
  reason: string,
): Promise<RecipientChange> {
  const row = await lockChange(tx, key);
  if (!row) throw new Refusal('not_found', { what: 'recipientChange' });
  if (row.state !== 'applied') throw new Refusal('wrong_state', { what: 'recipientChange', state: row.state });
  const at = platform.clock.now();
  const lists = await restoreRecipients(tx, key.accountId, row.touched);
  await markRolledBack(tx, row, { at, name: actor.name, reason });
  const both = addresseesOf(lists.flatMap(({ before, after }) => [...before, ...after]));
  await tellAll(tx, platform, row, both, { part: 'back', lists, at });
  await record(tx, platform, actor, row, 'contact.recipients_restored', { reason, lists: lists.map(factsOf) });
  return showChange(tx, key.accountId, key.id);
}

const factsOf = ({ purpose, before, after }: RecipientList) => ({
  ...{ purpose, before: before.map(({ mail }) => mail), after: after.map(({ mail }) => mail) },
});

type About = Pick<ChangeRow, 'tenant_id' | 'id' | 'requested_by'>;

async function ask(
  tx: Tx,
  platform: Platform,
  row: About,
  to: Addressee & { readonly purposes: MailRow['purposes'] },
): Promise<void> {
  const secret = newSecret();
  const names = await selectAccountNames(tx, row.tenant_id);
  const url = `${publicUrl(platform)}/recipient#${secret}`;
  await send(
    tx,
    platform,
    row,
    { ...to, part: 'new', secretHash: sha256(secret) },
    'recipients.new',
    (language, from) => composeNew(language, from, { names, mail: to.mail, purposes: to.purposes, url }),
  );
}

async function tellAll(
  tx: Tx,
  platform: Platform,
  row: About,
  everybody: readonly Addressee[],
  told: { readonly part: 'old' | 'back'; readonly lists: readonly RecipientList[]; readonly at: Date },
): Promise<void> {
  const names = await selectAccountNames(tx, row.tenant_id);
  const url = publicUrl(platform);
  for (const to of everybody)
    await send(
      tx,
      platform,
      row,
      { ...to, part: 'old', purposes: [], secretHash: null },
      `recipients.${told.part}`,
      (language, from) => composeOld(language, from, { ...told, names, requestedBy: row.requested_by, url }),
    );
}

async function send(
  tx: Tx,
  platform: Platform,
  row: About,
  to: Addressee & Pick<MailRow, 'part' | 'purposes'> & { readonly secretHash: string | null },
  kind: string,
  compose: Parameters<typeof tell>[2]['compose'],
): Promise<void> {
  const { tenant_id: accountId, id: change_id } = row;
  const { contactId, name, mail, language, part, purposes, secretHash } = to;
  const noticeId = newId(platform.clock);
  await tell(tx, platform, {
    accountId,
    kind,
    noticeId,
    contacts: [{ accountId, id: contactId, mail, language }],
    compose,
  });
  await insertMail(tx, {
    ...{
      tenant_id: accountId,
      id: newId(platform.clock),
      change_id,
      contact_id: contactId,
      part,
      name,
      mail,
      language,
    },
    ...{ purposes, notice_id: noticeId, secretHash, at: platform.clock.now() },
  });
}

export async function record(
  tx: Tx,
  platform: Platform,
  actor: AuditNote['actor'],
  { tenant_id: accountId, id }: Pick<ChangeRow, 'tenant_id' | 'id'>,
  action: AuditNote['action'],
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, platform.clock, { accountId, actor, action, target: `recipientChange:${id}`, facts });
  await announce(tx, { topic: 'account', accountId, id: accountId });
}

const shownMax = 100;

/** @throws Refusal `not_found` where there is no such account, or it is not the caller's */
export async function listRecipientChanges(tx: Tx, accountId: string): Promise<RecipientChange[]> {
  await checkAccount(tx, accountId);
  const rows = await selectChanges(tx, accountId, shownMax);
  const mails = await selectMails(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toChange(row, mails));
}

async function showChange(tx: Tx, accountId: string, id: string): Promise<RecipientChange> {
  return toChange((await lockChange(tx, { accountId, id }))!, await selectMails(tx, [id]));
}

const toChange = (row: ChangeRow, mails: readonly MailRow[]): RecipientChange => ({
  ...{ id: row.id, accountId: row.tenant_id, state: row.state, lists: row.lists, reason: row.reason },
  ...(row.requested_by === null ? {} : { requestedBy: row.requested_by }),
  ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
  ...(row.ticket_id === null ? {} : { ticketId: row.ticket_id }),
  ...{ appliedAt: row.applied_at.toISOString(), appliedBy: row.applied_by },
  ...(row.rolled_back_at === null ? {} : { rolledBackAt: row.rolled_back_at.toISOString() }),
  ...(row.rolled_back_by === null ? {} : { rolledBackBy: row.rolled_back_by }),
  ...(row.rollback_reason === null ? {} : { rollbackReason: row.rollback_reason }),
  mails: mails
    .filter(({ change_id }) => change_id === row.id)
    .map((mail) => ({
      ...{ part: mail.part, to: mail.mail, state: mail.state, at: mail.at.toISOString() },
      ...(mail.notice_id === null ? {} : { noticeId: mail.notice_id }),
      ...(mail.answered_at === null ? {} : { answeredAt: mail.answered_at.toISOString() }),
    })),
});
