import { type Alert, type ReportedIncident, severityOfId } from '@sakimori/contract';
import { alertsOf } from '../alerts/index.ts';
import type { Tx } from '../platform/index.ts';
import { type IncidentRow, selectIncidents, selectToldOf } from './store.ts';

const hostsMax = 10;

/**
 * The incidents that were open in a period, or told about in it, for the monthly report (S88). It reads what was detected and what was written for the
 * customer (`cases_told`); neither notes nor titles that people gave a case among themselves are asked for. The transaction must be one as the account.
 */
export async function incidentsOfPeriod(
  tx: Tx,
  accountId: string,
  period: { readonly from: Date; readonly to: Date },
  limit: number,
): Promise<{ count: number; items: ReportedIncident[] }> {
  const rows = await selectIncidents(tx, accountId, period, limit);
  if (rows.length === 0) return { count: 0, items: [] };
  const ids = rows.map(({ id }) => id);
  const told = Map.groupBy(await selectToldOf(tx, accountId, ids, period.to), ({ root }) => root);
  const alertIds = rows.flatMap((row) => row.alert_ids);
  const alerts = new Map((alertIds.length > 0 ? await alertsOf(tx, alertIds) : []).map((alert) => [alert.id, alert]));
  const items = rows.map((row) => {
    const ours = row.alert_ids.flatMap((id) => alerts.get(id) ?? []);
    const [lead] = ours;
    return {
      ...{ number: row.number, openedAt: row.opened_at.toISOString(), severity: severityOfId(row.severity) },
      ...standingAt(row, period.to),
      ...(lead ? { lead: matterOf(lead) } : {}),
      ...{ alertCount: row.alert_count, hostCount: row.host_count },
      hosts: [...new Set(ours.map(({ hostName }) => hostName))].slice(0, hostsMax),
      told: (told.get(row.id) ?? []).map(({ at, kind, text, facts }) => ({
        ...{ at: at.toISOString(), kind, values: facts },
        ...(text === null ? {} : { text }),
      })),
    };
  });
  return { count: rows[0]!.all_count, items };
}

/** As the case stood at a moment: what came later belongs to another report. */
function standingAt(
  { state, opened_at, acknowledged_at, closed_at, closing }: IncidentRow,
  to: Date,
): Pick<ReportedIncident, 'state' | 'closedAt' | 'closing'> {
  if (closed_at && closing && closed_at < to) return { state: 'closed', closedAt: closed_at.toISOString(), closing };
  if (state === 'waiting') return { state };
  return { state: acknowledged_at && acknowledged_at < to && acknowledged_at >= opened_at ? 'working' : 'open' };
}

const matterOf = ({ kind, ruleId, ruleName, ruleNameJa, subject, file }: Alert): ReportedIncident['lead'] => ({
  ...{ kind, ruleId, ruleName },
  ...(ruleNameJa ? { ruleNameJa } : {}),
  ...(subject ? { subject } : {}),
  ...(file ? { file } : {}),
});
