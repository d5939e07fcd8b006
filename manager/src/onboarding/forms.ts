import {
  type Actor,
  type CellFault,
  type CustomerForm,
  cellFaultText,
  type Language,
  type NewCustomerForm,
  type OrderDraft,
  orderOfDraft,
  Refusal,
} from '@sakimori/contract';
import { type AuditNote, note, providerTenant } from '../audit/index.ts';
import { sheetToFill } from '../hearing/index.ts';
import { tell } from '../notices/index.ts';
import { isDuplicate, newId, newSecret, sha256, type Tx } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { type FormRow, insertForm, lockForm, selectForm, selectForms, updateForm } from './form-store.ts';
import { formLetter } from './letters.ts';
import { beginWithin } from './onboarding.ts';
import { checkGivenOrder } from './order-check.ts';

/** Six digits are guessed by nobody in so many tries. */
export const triesMax = 5;
const dayMs = 86_400_000;

/** How a form stands now: whether its link serves any more is asked of the clock. */
export function stateOf(row: FormRow, now: Date): CustomerForm['state'] {
  if (row.state !== 'open') return row.state;
  if (row.try_count >= triesMax) return 'locked';
  return row.expires_at <= now ? 'expired' : 'open';
}

export const toForm = (row: FormRow, now: Date): CustomerForm => ({
  ...{ id: row.id, kind: row.kind, state: stateOf(row, now), customerName: row.customer_name },
  ...{ contactName: row.contact_name, mail: row.mail, language: row.language },
  ...(row.hearing_id === null ? {} : { hearingId: row.hearing_id }),
  ...{ issuedAt: row.issued_at.toISOString(), issuedBy: row.issued_by, expiresAt: row.expires_at.toISOString() },
  ...(row.saved_at ? { savedAt: row.saved_at.toISOString() } : {}),
  ...(row.submitted_at ? { submittedAt: row.submitted_at.toISOString(), submittedBy: row.submitted_by! } : {}),
  ...(row.hearing_version === null ? {} : { hearingVersion: row.hearing_version }),
  ...(row.onboarding_id === null ? {} : { onboardingId: row.onboarding_id }),
  ...(row.reason === null ? {} : { reason: row.reason }),
});

export const closed = (state: CustomerForm['state']): Refusal => new Refusal('form_closed', { state: `form-${state}` });

export function recordForm(
  tx: Tx,
  { platform }: Pick<Desk, 'platform'>,
  actor: AuditNote['actor'],
  action: Extract<AuditNote['action'], `form.${string}`>,
  row: FormRow,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const told = { kind: row.kind, customer: row.customer_name, mail: row.mail, ...facts };
  return note(tx, platform.clock, { actor, action, target: `form:${row.id}`, facts: told });
}

export const listForms = ({ platform }: Desk): Promise<CustomerForm[]> =>
  platform.database.asProvider(async (tx) => {
    const now = platform.clock.now();
    return (await selectForms(tx)).map((row) => toForm(row, now));
  });

export type FormDetails = CustomerForm & { order?: OrderDraft; faults: CellFault[] };

/** @throws Refusal `not_found` */
export const getForm = (desk: Desk, id: string, language: Language): Promise<FormDetails> =>
  desk.platform.database.asProvider(async (tx) => {
    const row = await selectForm(tx, id);
    if (!row) throw new Refusal('not_found', { what: 'form' });
    const order = row.content?.order;
    const faults = order ? checkGivenOrder(orderOfDraft(order), desk.editions.standard, language).faults : [];
    return { ...toForm(row, desk.platform.clock.now()), ...(order ? { order } : {}), faults };
  });

/** A new secret, and the letter with it: the link before is one that nobody knows. */
async function sendLink(tx: Tx, desk: Desk, row: FormRow, days: number): Promise<void> {
  const { platform } = desk;
  const secret = newSecret();
  Object.assign(row, {
    ...{ secret_hash: sha256(secret), expires_at: new Date(platform.clock.now().getTime() + days * dayMs) },
    ...{ code_hash: null, code_sent_at: null, code_count: 0, try_count: 0 },
  });
  const url = `${desk.publicUrl()}/form#${secret}`;
  await tell(tx, platform, {
    ...{ accountId: providerTenant, kind: 'form.link' },
    contacts: [{ accountId: providerTenant, mail: row.mail, language: row.language }],
    compose: (language, from) =>
      formLetter(language, {
        ...{ kind: row.kind, customerName: row.customer_name, name: row.contact_name, url },
        ...{ expiresAt: row.expires_at, provider: { name: from.name(language), signature: from.signature(language) } },
      }),
  });
}

const oneFormASheet = (error: unknown): never => {
  if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'form' }, { cause: error });
  throw error;
};

/** @throws Refusal `not_found`, `already_exists` where the sheet has a form already */
export function issueForm(desk: Desk, actor: Actor, given: NewCustomerForm): Promise<CustomerForm> {
  const { clock, database } = desk.platform;
  return database
    .asProvider(async (tx) => {
      const sheet = given.hearingId === undefined ? undefined : await sheetToFill(tx, desk, given.hearingId);
      const now = clock.now();
      const row: FormRow = {
        ...{ id: newId(clock), kind: given.kind, hearing_id: given.hearingId ?? null },
        ...{ customer_name: sheet?.customerName ?? given.customerName!, contact_name: given.contactName },
        ...{ mail: given.mail, language: given.language, state: 'open', secret_hash: '', issued_at: now },
        ...{ issued_by: actor.name, expires_at: now, content: null, revision: 0, saved_at: null, code_hash: null },
        ...{ code_sent_at: null, code_count: 0, try_count: 0, submitted_at: null, submitted_by: null },
        ...{ hearing_version: null, onboarding_id: null, reason: null },
      };
      await sendLink(tx, desk, row, given.days);
      await insertForm(tx, row);
      await recordForm(tx, desk, actor, 'form.issued', row, { expiresAt: row.expires_at.toISOString() });
      return toForm(row, now);
    })
    .catch(oneFormASheet);
}

type Deed = { readonly actor: Actor; readonly id: string };

/** Does something with a form that stands in one of these states. @throws Refusal `not_found`, `form_closed` */
function change(
  desk: Desk,
  { id }: Deed,
  states: readonly CustomerForm['state'][],
  work: (tx: Tx, row: FormRow) => Promise<void>,
): Promise<CustomerForm> {
  const { clock, database } = desk.platform;
  return database.asProvider(async (tx) => {
    const row = await lockForm(tx, { id });
    if (!row) throw new Refusal('not_found', { what: 'form' });
    const state = stateOf(row, clock.now());
    if (!states.includes(state)) throw closed(state);
    await work(tx, row);
    await updateForm(tx, row);
    return toForm(row, clock.now());
  });
}

const stillOpen = ['open', 'expired', 'locked'] as const;

export const renewForm = (desk: Desk, deed: Deed, days: number): Promise<CustomerForm> =>
  change(desk, deed, stillOpen, async (tx, row) => {
    await sendLink(tx, desk, row, days);
    await recordForm(tx, desk, deed.actor, 'form.renewed', row, { expiresAt: row.expires_at.toISOString() });
  });

export const withdrawForm = (desk: Desk, deed: Deed, reason: string): Promise<CustomerForm> =>
  change(desk, deed, [...stillOpen, 'submitted'], async (tx, row) => {
    Object.assign(row, { state: 'withdrawn', reason });
    await recordForm(tx, desk, deed.actor, 'form.withdrawn', row, { reason });
  });

/** What was submitted may be changed, and is submitted anew. An order that was taken is changed by its onboarding. */
export const reopenForm = (desk: Desk, deed: Deed, reason: string, days: number): Promise<CustomerForm> =>
  change(desk, deed, ['submitted'], async (tx, row) => {
    Object.assign(row, { state: 'open', submitted_at: null, submitted_by: null, reason });
    await sendLink(tx, desk, row, days);
    await recordForm(tx, desk, deed.actor, 'form.reopened', row, { reason });
  });

/** @throws Refusal `order_invalid` (a rule may have changed since), `order_known` */
export function takeForm(desk: Desk, deed: Deed, language: Language): Promise<CustomerForm> {
  return change(desk, deed, ['submitted'], async (tx, row) => {
    const draft = row.content?.order;
    if (!draft) throw closed('submitted');
    const { order, faults } = checkGivenOrder(orderOfDraft(draft), desk.editions.standard, language);
    if (!order)
      throw new Refusal('order_invalid', { count: faults.length, fault: cellFaultText(language, faults[0]!) });
    const onboarding = await beginWithin(tx, desk, deed.actor, order, {});
    Object.assign(row, { state: 'taken', onboarding_id: onboarding });
    await recordForm(tx, desk, deed.actor, 'form.taken', row, { onboarding, order: order.number });
  });
}
