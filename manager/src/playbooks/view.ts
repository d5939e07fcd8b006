import { type Actor, type ConsentLink, type ConsentRecord, type ContainmentRequest, Refusal } from '@sakimori/contract';
import type { Platform, Tx } from '../platform/index.ts';
import { entryOf } from './catalogue.ts';
import { type LinkRow, selectLinks } from './link-store.ts';
import { readConnections } from './preview.ts';
import {
  type ConsentRow,
  type RequestFilter,
  type RequestRow,
  selectAnswer,
  selectConsents,
  selectEvents,
  selectHostName,
  selectRequests,
  selectTasks,
} from './store.ts';

const shownMax = 200;

export async function listRequests(
  platform: Platform,
  actor: Actor,
  filter: RequestFilter,
): Promise<ContainmentRequest[]> {
  return platform.database.for(actor, async (tx) => toRequests(tx, await selectRequests(tx, filter, shownMax)));
}

/** @throws Refusal `not_found` */
export async function getRequest(platform: Platform, actor: Actor, id: string): Promise<ContainmentRequest> {
  const [request] = await listRequests(platform, actor, { id });
  if (!request) throw new Refusal('not_found', { what: 'containment' });
  return request;
}

/** A request as it stands within a transaction. */
export async function theRequest(tx: Tx, id: string): Promise<ContainmentRequest> {
  const [request] = await toRequests(tx, await selectRequests(tx, { id }, 1));
  if (!request) throw new Refusal('not_found', { what: 'containment' });
  return request;
}

/** Requests as people see them, with all that belongs to each. */
export async function toRequests(tx: Tx, rows: readonly RequestRow[]): Promise<ContainmentRequest[]> {
  const ids = rows.map(({ id }) => id);
  const [links, consents, tasks, events, answers] = [
    Map.groupBy(await selectLinks(tx, ids), (row) => row.request_id),
    Map.groupBy(await selectConsents(tx, ids), (row) => row.request_id),
    Map.groupBy(await selectTasks(tx, ids), (row) => row.request_id),
    Map.groupBy(await selectEvents(tx, ids), (row) => row.request_id),
    await selectAnswer(
      tx,
      rows.flatMap(({ connections_task }) => connections_task ?? []),
    ),
  ];
  const requests: ContainmentRequest[] = [];
  for (const row of rows) {
    const answer = row.connections_task ? answers.get(row.connections_task) : undefined;
    const nameOf = (hostId: string) => selectHostName(tx, row.tenant_id, hostId);
    const connections = answer && (await readConnections(tx, row.tenant_id, answer, nameOf));
    const consent = consents.get(row.id)?.find(({ id }) => id === row.consent_id);
    requests.push({
      ...toRequest(row),
      ...(connections ? { connections } : {}),
      ...(consent ? { consent: toConsent(consent) } : {}),
      links: (links.get(row.id) ?? []).slice(0, 50).map(toLink),
      tasks: (tasks.get(row.id) ?? []).slice(0, 1000).map(({ host_name, deed, state, detail }) => ({
        ...{ hostName: host_name, deed, state },
        ...(detail === null ? {} : { detail }),
      })),
      history: (events.get(row.id) ?? []).slice(0, 500).map(({ at, what, by_name, facts }) => ({
        ...{ at: at.toISOString(), what, by: by_name, facts },
      })),
    });
  }
  return requests;
}

const instant = <Key extends string>(key: Key, at: Date | null) =>
  (at ? { [key]: at.toISOString() } : {}) as { [K in Key]?: string };
const text = <Key extends string>(key: Key, value: string | null) =>
  (value === null ? {} : { [key]: value }) as { [K in Key]?: string };

const toRequest = (row: RequestRow): Omit<ContainmentRequest, 'links' | 'tasks' | 'history'> => ({
  ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name },
  ...{ hostId: row.host_id, hostName: row.host_name, playbook: entryOf(row.playbook), scope: row.scope },
  ...{ reason: row.reason, state: row.state, needsConsent: row.needs_consent, fourEyes: row.four_eyes },
  ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by, preview: row.preview },
  ...text('source', row.source),
  ...(row.minutes === null ? {} : { minutes: row.minutes }),
  ...text('alertId', row.alert_id),
  ...text('caseId', row.case_id),
  ...text('proposalId', row.proposal_id),
  ...instant('consentUntil', row.consent_until),
  ...instant('startedAt', row.started_at),
  ...text('startedBy', row.started_by),
  ...instant('confirmedAt', row.confirmed_at),
  ...instant('until', row.until),
  ...instant('endedAt', row.ended_at),
  ...text('endedBy', row.ended_by),
  ...text('endReason', row.end_reason),
});

export const toConsent = (row: ConsentRow): ConsentRecord => ({
  ...{ way: row.way, answer: row.answer, by: row.by_name, at: row.at.toISOString() },
  recordedAt: row.recorded_at.toISOString(),
  ...text('phone', row.phone),
  ...text('mail', row.mail),
  ...text('standingId', row.standing_id),
  ...text('recordedBy', row.recorded_by),
  ...text('reason', row.reason),
});

const toLink = (row: LinkRow): ConsentLink => ({
  ...{ contactName: row.contact_name, mail: row.mail, state: row.state },
  ...{ sentAt: row.sent_at.toISOString(), expiresAt: row.expires_at.toISOString() },
  ...instant('answeredAt', row.answered_at),
});
