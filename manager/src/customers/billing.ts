import type { Actor, BillingLine, Language } from '@sakimori/contract';
import { type PhraseKey, phrase } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { periodOf } from '../calendar/index.ts';
import { type Cell, workbook } from '../platform/index.ts';
import type { Desk } from './contracts.ts';
import { selectBilling } from './quote-store.ts';

/** @param month `2026-12`, of Japan's calendar */
export async function listBillingLines({ platform }: Desk, month: string): Promise<BillingLine[]> {
  const { from, to, days } = periodOf(month);
  const rows = await platform.database.asProvider((tx) =>
    selectBilling(tx, { from, to, firstDay: days[0]!, lastDay: days.at(-1)! }),
  );
  return rows.map((row) => ({
    ...{ month, customerName: row.customer_name, accountId: row.tenant_id, accountName: row.account_name },
    ...(row.contract_number === null ? {} : { contractNumber: row.contract_number }),
    ...{ quoteNumber: row.number, feature: row.feature, title: row.title },
    ...{ unitYen: row.unit_yen, quantity: row.quantity, totalYen: row.unit_yen * row.quantity },
    ...{ approvedAt: row.decided_at!.toISOString(), approvedBy: row.decided_by! },
  }));
}

const heads = [
  ...['month', 'customer', 'account', 'contract', 'quote', 'feature', 'title', 'unit', 'quantity', 'total'],
  ...['approvedAt', 'approvedBy'],
] as const;

/** The lines of a month as a file, and an entry in the audit that they were taken. */
export async function exportBilling(
  desk: Desk,
  actor: Actor,
  language: Language,
  { month, format }: { readonly month: string; readonly format: 'csv' | 'xlsx' },
): Promise<{ name: string; type: string; content: string }> {
  const lines = await listBillingLines(desk, month);
  const rows: Cell[][] = [
    heads.map((head) => phrase(language, `billing.head.${head}` as PhraseKey)),
    ...lines.map((line): Cell[] => [
      ...[line.month, line.customerName, line.accountName, line.contractNumber ?? '', line.quoteNumber],
      ...[phrase(language, `feature.${line.feature}`), line.title, line.unitYen, line.quantity, line.totalYen],
      ...[line.approvedAt, line.approvedBy],
    ]),
  ];
  const { platform } = desk;
  await platform.database.asProvider((tx) =>
    note(tx, platform.clock, {
      actor,
      action: 'billing.exported',
      target: `billing:${month}`,
      facts: { month, format, lines: lines.length },
    }),
  );
  const name = `sakimori-billing-${month}.${format}`;
  if (format === 'csv')
    return { name, type: 'text/csv; charset=utf-8', content: Buffer.from(csvOf(rows)).toString('base64') };
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name, type, content: workbook([{ name: month, rows }]).toString('base64') };
}

/** RFC 4180, with a byte-order mark: Excel takes a file for Shift_JIS without one. */
const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  `\ufeff${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;

/** A text that a spreadsheet would carry out as a formula is shown as text. */
function csvCell(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
