import { randomInt } from 'node:crypto';
import {
  type CellFault,
  emptyOrderDraft,
  type FilledForm,
  type FormContent,
  type FormSubmission,
  orderOfDraft,
  phrase,
  Refusal,
} from '@sakimori/contract';
import { placesOf } from '@sakimori/contract/hearing/index';
import { providerTenant } from '../audit/index.ts';
import { sheetToFill, takeAnswers } from '../hearing/index.ts';
import { identityFor, tell } from '../notices/index.ts';
import { sha256, type Tx } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { type FormRow, lockForm, selectBySecret, updateForm } from './form-store.ts';
import { closed, recordForm, stateOf, triesMax } from './forms.ts';
import { checkGivenOrder } from './order-check.ts';

/** What a customer does by the link of a form: the secret is all that they are known by, until a code proves that they read the contact's mail. */
const codeMs = 15 * 60_000;
const codesMax = 10;
const betweenCodesMs = 30_000;
const contentCharactersMax = 700_000;

const codeOf = (row: FormRow, code: string): string => sha256(`${row.id}:${code}`);
const contactOf = (row: FormRow) => ({ kind: 'system', id: row.id, name: row.mail }) as const;
/** `h***@example.jp`: whoever got a link that was passed on does not learn the address. */
const maskMail = (mail: string): string => mail.replace(/^(.)[^@]*/u, '$1***');

/** @throws Refusal `form_link_unknown` */
function withForm<T>(desk: Desk, secret: string, work: (tx: Tx, row: FormRow) => Promise<T>): Promise<T> {
  return desk.platform.database.asProvider(async (tx) => {
    const row = await lockForm(tx, { secretHash: sha256(secret) });
    if (!row) throw new Refusal('form_link_unknown');
    return work(tx, row);
  });
}

async function toFilled(tx: Tx, desk: Desk, row: FormRow, faults: readonly CellFault[] = []): Promise<FilledForm> {
  const state = stateOf(row, desk.platform.clock.now());
  // What was filled in is shown while the link serves, and to read after it was submitted.
  const isShown = state === 'open' || state === 'submitted' || state === 'taken';
  return {
    ...{ kind: row.kind, state, provider: (await identityFor(tx, providerTenant)).name(row.language) },
    ...{ customerName: row.customer_name, contactName: row.contact_name, mailShown: maskMail(row.mail) },
    ...{ language: row.language, expiresAt: row.expires_at.toISOString(), revision: row.revision },
    ...(row.saved_at ? { savedAt: row.saved_at.toISOString() } : {}),
    ...(row.code_sent_at ? { codeSentAt: row.code_sent_at.toISOString() } : {}),
    ...(row.submitted_at ? { submittedAt: row.submitted_at.toISOString(), submittedBy: row.submitted_by! } : {}),
    ...(isShown ? await contentOf(tx, desk, row) : {}),
    faults: faults.slice(0, 1000),
  };
}

async function contentOf(tx: Tx, desk: Desk, row: FormRow): Promise<Pick<FilledForm, 'order' | 'hearing'>> {
  if (row.hearing_id !== null) {
    const { questions, answers } = await sheetToFill(tx, desk, row.hearing_id);
    return { hearing: { questions, answers: row.content?.answers ?? answers } };
  }
  const known = { customerName: row.customer_name, contactName: row.contact_name, contactMail: row.mail };
  return { order: row.content?.order ?? emptyOrderDraft(known) };
}

/** What a link shows. Changes nothing: mail servers and previews open links by themselves. @throws Refusal `form_link_unknown` */
export const lookAtForm = (desk: Desk, secret: string): Promise<FilledForm> =>
  desk.platform.database.asProvider(async (tx) => {
    const row = await selectBySecret(tx, sha256(secret));
    if (!row) throw new Refusal('form_link_unknown');
    return toFilled(tx, desk, row);
  });

/** @throws Refusal `form_closed`, `form_changed`, `malformed`, `too_large` */
function put(desk: Desk, row: FormRow, { revision, order, answers }: FormContent): void {
  const now = desk.platform.clock.now();
  const state = stateOf(row, now);
  if (state !== 'open') throw closed(state);
  if (revision !== row.revision) throw new Refusal('form_changed');
  const content = row.kind === 'order' ? order && { order } : answers && { answers };
  if (!content || (order && answers))
    throw new Refusal('malformed', { detail: `body: this form takes ${row.kind === 'order' ? 'order' : 'answers'}` });
  if (JSON.stringify(content).length > contentCharactersMax)
    throw new Refusal('malformed', { detail: `body: more than ${contentCharactersMax} characters` });
  Object.assign(row, { content, revision: row.revision + 1, saved_at: now });
}

/** @throws Refusal `form_link_unknown`, `form_closed`, `form_changed`, `malformed` */
export const saveForm = (desk: Desk, content: FormContent): Promise<FilledForm> =>
  withForm(desk, content.secret, async (tx, row) => {
    put(desk, row, content);
    await updateForm(tx, row);
    return toFilled(tx, desk, row);
  });

/** The code goes to the contact alone: whoever got the link passed on may fill in, and submits nothing. @throws Refusal `too_many_requests` */
export const sendFormCode = (desk: Desk, secret: string): Promise<FilledForm> =>
  withForm(desk, secret, async (tx, row) => {
    const now = desk.platform.clock.now();
    const state = stateOf(row, now);
    if (state !== 'open') throw closed(state);
    const wait = row.code_sent_at ? row.code_sent_at.getTime() + betweenCodesMs - now.getTime() : 0;
    if (row.code_count >= codesMax || wait > 0)
      throw new Refusal('too_many_requests', { retrySeconds: wait > 0 ? Math.ceil(wait / 1000) : 3600 });
    const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
    Object.assign(row, { code_hash: codeOf(row, code), code_sent_at: now, code_count: row.code_count + 1 });
    await updateForm(tx, row);
    await tell(tx, desk.platform, {
      ...{ accountId: providerTenant, kind: 'form.code' },
      contacts: [{ accountId: providerTenant, mail: row.mail, language: row.language }],
      compose: (language, from) => ({
        subject: phrase(language, 'form.mail.codeSubject', { form: phrase(language, `formKind.${row.kind}`) }),
        text: phrase(language, 'form.mail.codeText', {
          ...{ name: row.contact_name, code, form: phrase(language, `formKind.${row.kind}`) },
          provider: from.name(language),
        }),
      }),
    });
    return toFilled(tx, desk, row);
  });

/**
 * Submits once; afterwards it is read only. A wrong code is counted, and that stands although the answer is refused; faults of an order come first, so
 * that no code is used up by them.
 * @throws Refusal `form_link_unknown`, `form_closed`, `form_changed`, `form_code_wrong`, `hearing_incomplete`, `unsupported_in_region`
 */
export async function submitForm(desk: Desk, { by, code, ...content }: FormSubmission): Promise<FilledForm> {
  const outcome = await withForm(desk, content.secret, async (tx, row) => {
    const { content: kept, revision, saved_at } = row;
    put(desk, row, content);
    const now = desk.platform.clock.now();
    const { order } = content;
    const faults = order ? checkGivenOrder(orderOfDraft(order), desk.editions.standard, row.language).faults : [];
    if (faults.length > 0) {
      await updateForm(tx, row);
      return toFilled(tx, desk, row, faults);
    }
    const isFresh = row.code_sent_at && now.getTime() - row.code_sent_at.getTime() <= codeMs;
    if (!isFresh || row.code_hash !== codeOf(row, code)) {
      // What was refused is not kept either: the page still has it, at the revision that it knows.
      Object.assign(row, { content: kept, revision, saved_at, try_count: row.try_count + 1 });
      await updateForm(tx, row);
      const left = triesMax - row.try_count;
      await recordForm(tx, desk, contactOf(row), 'form.codeWrong', row, { left });
      return left > 0 ? new Refusal('form_code_wrong', { left }) : closed('locked');
    }
    if (row.hearing_id !== null)
      row.hearing_version = await takeAnswers(
        tx,
        desk,
        { ...contactOf(row), name: by },
        { hearingId: row.hearing_id, answers: content.answers! },
        placesOf,
      );
    Object.assign(row, { state: 'submitted', submitted_at: now, submitted_by: by, code_hash: null });
    await updateForm(tx, row);
    await recordForm(tx, desk, contactOf(row), 'form.submitted', row, { by });
    return toFilled(tx, desk, row);
  });
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}
