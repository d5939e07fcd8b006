import type { Report } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import { clean, dateParts } from './paper.ts';
import { printPaper } from './presses.ts';

/**
 * Monthly reports of an account as they are stored, by their month: the one that was sent, else the newest that was made after the month's end. A month
 * that has none is absent.
 */
export async function storedMonths(tx: Tx, accountId: string, months: readonly string[]): Promise<Map<string, Report>> {
  const rows = await tx.rows(sql<{ report: Report }>`
    select distinct on (period) report from reports_report
    where tenant_id = ${accountId} and kind = 'monthly' and period = any(${[...months]}::text[])
      and composed_at >= (report ->> 'to')::timestamptz
    order by period, sent_at is null, composed_at desc`);
  return new Map(rows.map(({ report }) => [report.period, report]));
}

/** The material of a review meeting on paper. @param madeAt the date in the PDF: the same bytes for the same material */
export const printMaterial = (deck: object, madeAt: string): Promise<Buffer> =>
  printPaper('meeting', { ...(clean(deck) as object), madeAt: dateParts(madeAt) });
