import { type Alert, type Case, type CaseDetail, Refusal, severityOfId } from '@sakimori/contract';
import { alertsOf } from '../alerts/index.ts';
import { type PageRow, pagesFor } from '../oncall/index.ts';
import type { Tx } from '../platform/index.ts';
import type { View } from './desk.ts';
import { toEntry } from './entries.ts';
import { socsOf } from './soc-store.ts';
import {
  alertIdsOf,
  type CaseRow,
  type MoveRow,
  selectCaseOfAlert,
  selectCases,
  selectInternal,
  selectMoves,
  selectTold,
} from './store.ts';

const thing = { what: 'case' } as const;

/** What is known of a case beside its row. */
type Beside = { readonly lead: Alert | undefined; readonly page: PageRow | undefined; readonly soc: Case['soc'] };

function toCase(row: CaseRow, { lead, page, soc }: Beside, view: View): Case {
  return {
    ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name },
    ...(row.title === null ? {} : { title: row.title }),
    ...(lead ? { lead } : {}),
    ...{ alertCount: row.alert_count, state: row.state, severity: severityOfId(row.severity) },
    ...{ openedAt: row.opened_at.toISOString(), level: page?.level ?? 0 },
    ...(row.closed_at ? { closedAt: row.closed_at.toISOString() } : {}),
    ...(row.closing ? { closing: row.closing } : {}),
    ...(row.merged_into ? { mergedInto: row.merged_into } : {}),
    ...(row.acknowledged_at ? { acknowledgedAt: row.acknowledged_at.toISOString() } : {}),
    ...(view === 'customer'
      ? {}
      : {
          ...(row.owner_id ? { owner: { id: row.owner_id, name: row.owner_name ?? row.owner_id } } : {}),
          ...(row.acknowledged_by ? { acknowledgedBy: row.acknowledged_by } : {}),
          ...(page?.next_at ? { nextLevelAt: page.next_at.toISOString() } : {}),
          ...(soc ? { soc } : {}),
        }),
  };
}

/** Rows of cases with the alert that leads each, and what is known beside them. */
export async function toCases(tx: Tx, rows: readonly CaseRow[], view: View): Promise<Case[]> {
  const ids = rows.flatMap(({ lead_id }) => (lead_id ? [lead_id] : []));
  const leads = new Map((ids.length > 0 ? await alertsOf(tx, ids) : []).map((alert) => [alert.id, alert]));
  const targets = view === 'customer' ? [] : rows.map(({ id }) => `case:${id}`);
  const pages = new Map((await pagesFor(tx, targets)).reverse().map((page) => [page.target, page]));
  // The parties are the provider's to see.
  const socs = view === 'provider' ? await socsOf(tx, [...new Set(rows.map((row) => row.tenant_id))]) : new Map();
  return rows.map((row) => {
    const lead = row.lead_id ? leads.get(row.lead_id) : undefined;
    return toCase(row, { lead, page: pages.get(`case:${row.id}`), soc: socs.get(row.tenant_id) }, view);
  });
}

const toMove = (row: MoveRow) => ({
  ...{ id: row.id, kind: row.kind, fromId: row.from_id, fromNumber: row.from_number, toId: row.to_id },
  ...{ toNumber: row.to_number, alertCount: row.alert_ids.length, at: row.at.toISOString(), by: row.by_name },
});

/** @throws Refusal `not_found` */
export async function getCase(tx: Tx, id: string, view: View): Promise<CaseDetail> {
  const rows = await selectCases(tx, { id, limit: 1 });
  const [found] = await toCases(tx, rows, view);
  if (!found) throw new Refusal('not_found', thing);
  const key = { accountId: found.accountId, id };
  const ids = await alertIdsOf(tx, key);
  const alerts = new Map((ids.length > 0 ? await alertsOf(tx, ids) : []).map((alert) => [alert.id, alert]));
  const told = (await selectTold(tx, key)).map((row) => toEntry(row, 'customer'));
  const internal = view === 'customer' ? [] : (await selectInternal(tx, key)).map((row) => toEntry(row, 'internal'));
  return {
    ...found,
    alerts: ids.map((alertId) => alerts.get(alertId)!),
    timeline: [...told, ...internal].sort((a, b) => (a.at + a.id < b.at + b.id ? -1 : 1)),
    moves: view === 'customer' ? [] : (await selectMoves(tx, key)).map(toMove),
  };
}

/** The case that holds an alert. */
export async function caseOfAlert(
  tx: Tx,
  alertId: string,
): Promise<{ accountId: string; id: string; number: number; state: Case['state'] } | undefined> {
  const row = await selectCaseOfAlert(tx, alertId);
  return row && { accountId: row.tenant_id, id: row.id, number: row.number, state: row.state };
}
