import type { CustomerForm, HearingAnswers, Language, OrderDraft } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type FormRow = {
  readonly id: string;
  readonly kind: CustomerForm['kind'];
  readonly hearing_id: string | null;
  readonly customer_name: string;
  readonly contact_name: string;
  readonly mail: string;
  readonly language: Language;
  state: 'open' | 'submitted' | 'withdrawn' | 'taken';
  secret_hash: string;
  readonly issued_at: Date;
  readonly issued_by: string;
  expires_at: Date;
  content: { order?: OrderDraft; answers?: HearingAnswers } | null;
  revision: number;
  saved_at: Date | null;
  code_hash: string | null;
  code_sent_at: Date | null;
  code_count: number;
  try_count: number;
  submitted_at: Date | null;
  submitted_by: string | null;
  hearing_version: number | null;
  onboarding_id: string | null;
  reason: string | null;
};
const columns =
  sql.raw(`id, kind, hearing_id, customer_name, contact_name, mail, language, state, secret_hash, issued_at, issued_by, expires_at, content, revision,
  saved_at, code_hash, code_sent_at, code_count, try_count, submitted_at, submitted_by, hearing_version, onboarding_id, reason`);

export const selectForms = (tx: Tx): Promise<FormRow[]> =>
  tx.rows(sql<FormRow>`select ${columns} from onboarding_form order by issued_at desc, id desc limit 500`);

export const selectForm = (tx: Tx, id: string): Promise<FormRow | undefined> =>
  tx.first(sql<FormRow>`select ${columns} from onboarding_form where id = ${id}`);

/** Locks it, so that two changes follow each other. */
export const lockForm = (
  tx: Tx,
  which: { readonly id: string } | { readonly secretHash: string },
): Promise<FormRow | undefined> =>
  tx.first(sql<FormRow>`
    select ${columns} from onboarding_form
    where ${'id' in which ? sql`id = ${which.id}` : sql`secret_hash = ${which.secretHash}`} for update`);

export const selectBySecret = (tx: Tx, secretHash: string): Promise<FormRow | undefined> =>
  tx.first(sql<FormRow>`select ${columns} from onboarding_form where secret_hash = ${secretHash}`);

export async function insertForm(tx: Tx, row: FormRow): Promise<void> {
  await tx.run(sql`
    insert into onboarding_form (id, kind, hearing_id, customer_name, contact_name, mail, language, state, secret_hash, issued_at, issued_by, expires_at)
    values (${row.id}, ${row.kind}, ${row.hearing_id}, ${row.customer_name}, ${row.contact_name}, ${row.mail}, ${row.language}, ${row.state},
      ${row.secret_hash}, ${row.issued_at}, ${row.issued_by}, ${row.expires_at})`);
}

export async function updateForm(tx: Tx, row: FormRow): Promise<void> {
  const content = row.content === null ? null : JSON.stringify(row.content);
  await tx.run(sql`
    update onboarding_form set state = ${row.state}, secret_hash = ${row.secret_hash}, expires_at = ${row.expires_at}, content = ${content}::jsonb,
      revision = ${row.revision}, saved_at = ${row.saved_at}, code_hash = ${row.code_hash}, code_sent_at = ${row.code_sent_at},
      code_count = ${row.code_count}, try_count = ${row.try_count}, submitted_at = ${row.submitted_at}, submitted_by = ${row.submitted_by},
      hearing_version = ${row.hearing_version}, onboarding_id = ${row.onboarding_id}, reason = ${row.reason}
    where id = ${row.id}`);
}
