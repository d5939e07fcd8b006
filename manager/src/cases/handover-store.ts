import type { HandoverContent } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type HandoverRow = {
  id: string;
  state: 'draft' | 'signed';
  from_at: Date;
  to_at: Date | null;
  text: string;
  version: number;
  content: HandoverContent | null;
  created_by: string;
  created_at: Date;
  changed_by: string | null;
  signed_by: string | null;
  signed_at: Date | null;
};
const columns = sql.raw(
  'id, state, from_at, to_at, text, version, content, created_by, created_at, changed_by, signed_by, signed_at',
);

/** The draft first, then the newest. */
export const selectHandovers = (tx: Tx, limit: number): Promise<HandoverRow[]> =>
  tx.rows(sql<HandoverRow>`
    select ${columns} from cases_handover order by (state = 'draft') desc, created_at desc, id desc limit ${limit}`);

export const selectHandover = (tx: Tx, id: string): Promise<HandoverRow | undefined> =>
  tx.first(sql<HandoverRow>`select ${columns} from cases_handover where id = ${id}`);

/** Locked until the transaction ends. */
export const lockHandover = (tx: Tx, id: string): Promise<HandoverRow | undefined> =>
  tx.first(sql<HandoverRow>`select ${columns} from cases_handover where id = ${id} for update`);

/** @returns false where there is a draft already */
export async function insertDraft(
  tx: Tx,
  row: Pick<HandoverRow, 'id' | 'from_at' | 'created_by' | 'created_at'>,
): Promise<boolean> {
  const made = await tx.run(sql`
    insert into cases_handover (id, state, from_at, text, version, created_by, created_at)
    values (${row.id}, 'draft', ${row.from_at}, '', 1, ${row.created_by}, ${row.created_at})
    on conflict (state) where state = 'draft' do nothing`);
  return made > 0;
}

export async function setText(tx: Tx, id: string, text: string, by: string): Promise<void> {
  await tx.run(
    sql`update cases_handover set text = ${text}, changed_by = ${by}, version = version + 1 where id = ${id}`,
  );
}

export async function setSigned(tx: Tx, id: string, content: HandoverContent, at: Date, by: string): Promise<void> {
  await tx.run(sql`
    update cases_handover set state = 'signed', to_at = ${at}, content = ${JSON.stringify(content)}::jsonb, signed_at = ${at}, signed_by = ${by},
      version = version + 1
    where id = ${id}`);
}

export type ShiftCounts = { opened: number; closed: number; unclosed: number; untaken: number; unanswered: number };
/** What happened in a shift, over all accounts. */
export const countShift = (tx: Tx, from: Date, to: Date): Promise<ShiftCounts> =>
  tx.one(sql<ShiftCounts>`
    select count(*) filter (where opened_at >= ${from} and opened_at < ${to} and state <> 'merged') as opened,
      count(*) filter (where state = 'closed' and closed_at >= ${from} and closed_at < ${to}) as closed,
      count(*) filter (where state in ('open', 'working', 'waiting')) as unclosed,
      count(*) filter (where state = 'open') as untaken,
      (select count(*) from cases_entry where kind = 'unanswered' and at >= ${from} and at < ${to}) as unanswered
    from cases_case`);

/** Cases closed in a shift, the latest first. */
export const idsClosed = (tx: Tx, from: Date, to: Date, limit: number): Promise<{ id: string }[]> =>
  tx.rows(sql<{ id: string }>`
    select id from cases_case where state = 'closed' and closed_at >= ${from} and closed_at < ${to} order by closed_at desc, id limit ${limit}`);

export type LastNote = { case_id: string; at: Date; by_name: string; text: string };
/** The newest internal word in each case. */
export const selectLastNotes = (tx: Tx, ids: readonly string[]): Promise<LastNote[]> =>
  tx.rows(sql<LastNote>`
    select distinct on (case_id) case_id, at, by_name, text from cases_entry
    where case_id = any(${[...ids]}::uuid[]) and text is not null order by case_id, at desc, id desc`);
