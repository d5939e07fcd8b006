import type {
  ConsentRecord,
  ConsentWay,
  ContainmentPreview,
  ContainmentSetting,
  ContainmentState,
  Playbook,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type RequestRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly id: string;
  readonly number: number;
  readonly host_id: string;
  readonly host_name: string;
  readonly playbook: Playbook;
  readonly scope: 'host' | 'account';
  readonly source: string | null;
  readonly minutes: number | null;
  readonly reason: string;
  readonly alert_id: string | null;
  readonly case_id: string | null;
  readonly proposal_id: string | null;
  readonly state: ContainmentState;
  readonly needs_consent: boolean;
  readonly four_eyes: boolean;
  readonly created_at: Date;
  readonly created_by: string;
  readonly created_by_id: string;
  readonly preview: ContainmentPreview;
  readonly connections_task: string | null;
  readonly contact_ids: string[];
  readonly next_contact_at: Date | null;
  readonly consent_id: string | null;
  readonly consent_until: Date | null;
  readonly started_at: Date | null;
  readonly started_by: string | null;
  readonly confirmed_at: Date | null;
  readonly until: Date | null;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
};

export type RequestFilter = {
  readonly id?: string | undefined;
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly state?: ContainmentState | undefined;
};

/** Newest first. */
export function selectRequests(tx: Tx, filter: RequestFilter, limit: number): Promise<RequestRow[]> {
  const { id, accountId, hostId, alertId, caseId, state } = filter;
  return tx.rows(sql<RequestRow>`
    select r.*, a.name as account_name, h.name as host_name
    from playbooks_request r
    join customers_account a on a.tenant_id = r.tenant_id
    join hosts_named h on h.tenant_id = r.tenant_id and h.id = r.host_id
    where true
      ${id ? sql`and r.id = ${id}` : sql``}
      ${accountId ? sql`and r.tenant_id = ${accountId}` : sql``}
      ${hostId ? sql`and r.host_id = ${hostId}` : sql``}
      ${alertId ? sql`and r.alert_id = ${alertId}` : sql``}
      ${caseId ? sql`and r.case_id = ${caseId}` : sql``}
      ${state ? sql`and r.state = ${state}` : sql``}
    order by r.created_at desc, r.id desc limit ${limit}`);
}

/** Holds a request until the transaction ends, so that of two answers at once one is the second. */
export async function lockRequest(tx: Tx, accountId: string, id: string): Promise<RequestRow | undefined> {
  await tx.run(sql`select id from playbooks_request where tenant_id = ${accountId} and id = ${id} for update`);
  return (await selectRequests(tx, { id, accountId }, 1))[0];
}

export type NewRequest = Pick<
  RequestRow,
  | 'tenant_id'
  | 'id'
  | 'host_id'
  | 'playbook'
  | 'scope'
  | 'source'
  | 'minutes'
  | 'reason'
  | 'alert_id'
  | 'case_id'
  | 'proposal_id'
  | 'needs_consent'
  | 'four_eyes'
  | 'created_at'
  | 'created_by'
  | 'created_by_id'
  | 'preview'
  | 'connections_task'
>;

export async function insertRequest(tx: Tx, row: NewRequest): Promise<void> {
  await tx.run(sql`
    insert into playbooks_request (tenant_id, id, host_id, playbook, scope, source, minutes, reason, alert_id, case_id, proposal_id, state, needs_consent,
      four_eyes, created_at, created_by, created_by_id, preview, connections_task)
    values (${row.tenant_id}, ${row.id}, ${row.host_id}, ${JSON.stringify(row.playbook)}::jsonb, ${row.scope}, ${row.source}, ${row.minutes}, ${row.reason},
      ${row.alert_id}, ${row.case_id}, ${row.proposal_id}, 'proposed', ${row.needs_consent}, ${row.four_eyes}, ${row.created_at}, ${row.created_by},
      ${row.created_by_id}, ${JSON.stringify(row.preview)}::jsonb, ${row.connections_task})`);
}

export type Place = { readonly accountId: string; readonly id: string };

export async function markAsked(
  tx: Tx,
  { accountId, id }: Place,
  given: { readonly contactIds: readonly string[]; readonly nextAt: Date },
): Promise<void> {
  await tx.run(sql`
    update playbooks_request set state = 'asked', contact_ids = ${given.contactIds}::uuid[], next_contact_at = ${given.nextAt}
    where tenant_id = ${accountId} and id = ${id}`);
}

export async function setNextContact(tx: Tx, { accountId, id }: Place, at: Date | null): Promise<void> {
  await tx.run(sql`update playbooks_request set next_contact_at = ${at} where tenant_id = ${accountId} and id = ${id}`);
}

export async function markAnswered(
  tx: Tx,
  { accountId, id }: Place,
  given: { readonly state: 'consented' | 'declined'; readonly consentId: string; readonly until: Date },
): Promise<void> {
  await tx.run(sql`
    update playbooks_request set state = ${given.state}, consent_id = ${given.consentId}, consent_until = ${given.until}, next_contact_at = null
    where tenant_id = ${accountId} and id = ${id}`);
}

export async function markStarted(
  tx: Tx,
  { accountId, id }: Place,
  given: { readonly at: Date; readonly by: string; readonly until: Date | null },
): Promise<void> {
  await tx.run(sql`
    update playbooks_request set state = 'running', started_at = ${given.at}, started_by = ${given.by}, until = ${given.until}
    where tenant_id = ${accountId} and id = ${id}`);
}

export async function markConfirmed(tx: Tx, { accountId, id }: Place, at: Date): Promise<void> {
  await tx.run(sql`
    update playbooks_request set confirmed_at = ${at} where tenant_id = ${accountId} and id = ${id} and confirmed_at is null`);
}

export async function markEnded(
  tx: Tx,
  { accountId, id }: Place,
  given: {
    readonly state: 'ended' | 'failed' | 'expired' | 'withdrawn';
    readonly at: Date;
    readonly by: string;
    readonly reason: string;
  },
): Promise<void> {
  await tx.run(sql`
    update playbooks_request set state = ${given.state}, ended_at = ${given.at}, ended_by = ${given.by}, end_reason = ${given.reason}, next_contact_at = null
    where tenant_id = ${accountId} and id = ${id}`);
}

/** What may have to go on by itself. */
export function selectOpen(tx: Tx): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from playbooks_request where state in ('asked', 'consented', 'running') order by created_at limit 1000`);
}

/** Requests that run on these hosts now, of one account. */
export function selectRunning(tx: Tx, accountId: string): Promise<RequestRow[]> {
  return tx.rows(sql<RequestRow>`
    select r.*, a.name as account_name, h.name as host_name
    from playbooks_request r
    join customers_account a on a.tenant_id = r.tenant_id
    join hosts_named h on h.tenant_id = r.tenant_id and h.id = r.host_id
    where r.tenant_id = ${accountId} and r.state = 'running' order by r.started_at`);
}

export type TaskRow = {
  readonly request_id: string;
  readonly task_id: string;
  readonly host_id: string;
  readonly host_name: string;
  readonly deed: string;
  readonly state: string;
  readonly detail: string | null;
};

/** A task that was forgotten after its ninety days was done or is over; its state is not known any more. */
export function selectTasks(tx: Tx, requestIds: readonly string[]): Promise<TaskRow[]> {
  return tx.rows(sql<TaskRow>`
    select p.request_id, p.task_id, p.host_id, h.name as host_name, p.deed, coalesce(t.state, 'done') as state, t.detail
    from playbooks_task p
    join hosts_named h on h.tenant_id = p.tenant_id and h.id = p.host_id
    left join hosts_task_all t on t.tenant_id = p.tenant_id and t.id = p.task_id
    where p.request_id = any(${requestIds}) order by h.name, p.task_id`);
}

export async function insertTasks(
  tx: Tx,
  { accountId, id }: Place,
  deed: string,
  tasks: readonly { readonly id: string; readonly hostId: string }[],
): Promise<void> {
  await tx.run(sql`
    insert into playbooks_task (tenant_id, request_id, task_id, host_id, deed)
    select ${accountId}, ${id}, t.id, t.host_id, ${deed} from unnest(${tasks.map((task) => task.id)}::uuid[], ${tasks.map((task) => task.hostId)}::uuid[]) as t(id, host_id)
    on conflict do nothing`);
}

/** What a task that only asked came back with. */
export async function selectAnswer(
  tx: Tx,
  taskIds: readonly string[],
): Promise<Map<string, { detail: string; at: Date }>> {
  const rows = await tx.rows(sql<{ id: string; detail: string; done_at: Date }>`
    select id, detail, done_at from hosts_task_all where id = any(${taskIds}) and state = 'done' and detail is not null`);
  return new Map(rows.map(({ id, detail, done_at }) => [id, { detail, at: done_at }]));
}

export type EventRow = {
  readonly request_id: string;
  readonly at: Date;
  readonly what: string;
  readonly by_name: string;
  readonly facts: Record<string, string | number | boolean>;
};

export async function insertEvent(tx: Tx, accountId: string, id: string, event: EventRow): Promise<void> {
  await tx.run(sql`
    insert into playbooks_event (tenant_id, id, request_id, at, what, by_name, facts)
    values (${accountId}, ${id}, ${event.request_id}, ${event.at}, ${event.what}, ${event.by_name}, ${JSON.stringify(event.facts)}::jsonb)`);
}

export function selectEvents(tx: Tx, requestIds: readonly string[]): Promise<EventRow[]> {
  return tx.rows(sql<EventRow>`
    select request_id, at, what, by_name, facts from playbooks_event where request_id = any(${requestIds}) order by at, id`);
}

export type ConsentRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly request_id: string;
  readonly way: ConsentWay;
  readonly answer: ConsentRecord['answer'];
  readonly by_name: string;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly contact_id: string | null;
  readonly link_id: string | null;
  readonly standing_id: string | null;
  readonly at: Date;
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
  readonly recorded_by_id: string | null;
  readonly reason: string | null;
};

export async function insertConsent(tx: Tx, row: ConsentRow): Promise<void> {
  await tx.run(sql`
    insert into playbooks_consent (tenant_id, id, request_id, way, answer, by_name, phone, mail, contact_id, link_id, standing_id, at, recorded_at, recorded_by,
      recorded_by_id, reason)
    values (${row.tenant_id}, ${row.id}, ${row.request_id}, ${row.way}, ${row.answer}, ${row.by_name}, ${row.phone}, ${row.mail}, ${row.contact_id},
      ${row.link_id}, ${row.standing_id}, ${row.at}, ${row.recorded_at}, ${row.recorded_by}, ${row.recorded_by_id}, ${row.reason})`);
}

export function selectConsents(tx: Tx, requestIds: readonly string[]): Promise<ConsentRow[]> {
  return tx.rows(sql<ConsentRow>`select * from playbooks_consent where request_id = any(${requestIds})`);
}

export async function selectSetting(tx: Tx, accountId: string): Promise<ContainmentSetting | undefined> {
  const row = await tx.first(sql<{ four_eyes: boolean; always_consent: boolean; contact_ids: string[] }>`
    select four_eyes, always_consent, contact_ids from playbooks_setting where tenant_id = ${accountId}`);
  return row && { fourEyes: row.four_eyes, alwaysConsent: row.always_consent, contactIds: row.contact_ids };
}

export async function upsertSetting(
  tx: Tx,
  accountId: string,
  { fourEyes, alwaysConsent, contactIds }: ContainmentSetting,
  at: Date,
  by: string,
): Promise<void> {
  await tx.run(sql`
    insert into playbooks_setting (tenant_id, four_eyes, always_consent, contact_ids, updated_at, updated_by)
    values (${accountId}, ${fourEyes}, ${alwaysConsent}, ${contactIds}::uuid[], ${at}, ${by})
    on conflict (tenant_id) do update set four_eyes = excluded.four_eyes, always_consent = excluded.always_consent, contact_ids = excluded.contact_ids,
      updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

export async function isAlertOf(tx: Tx, accountId: string, alertId: string): Promise<boolean> {
  const row = await tx.first(
    sql<{ id: string }>`select id from alerts_of_host where tenant_id = ${accountId} and id = ${alertId}`,
  );
  return row !== undefined;
}

export async function countOpenAlerts(tx: Tx, accountId: string, hostId: string): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from alerts_unclosed where tenant_id = ${accountId} and host_id = ${hostId}`);
  return count;
}

export async function selectHostName(tx: Tx, accountId: string, hostId: string): Promise<string> {
  const row = await tx.first(
    sql<{ name: string }>`select name from hosts_named where tenant_id = ${accountId} and id = ${hostId}`,
  );
  return row?.name ?? hostId;
}
