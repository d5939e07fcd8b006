import { type Detection, type ForeignRecord, severityId, severityOfId } from '@sakimori/contract';
import { toldAgain } from '@sakimori/contract/intake/index';

export type Keyed = { readonly detection: Detection; readonly alertKey: string | undefined };

/** Columns of a row that its detection fills, and how the text of each is read. */
export const writtenColumns = {
  ...{ occurred_at: 'timestamptz', id: 'uuid', host_id: 'uuid', module: 'text', kind: 'text', rule_id: 'text' },
  ...{ severity: 'smallint', action: 'text', action_result: 'text', mode: 'text', alert_key: 'text' },
  ...{ record: 'jsonb', raw: 'text' },
} as const;

/** Text of each column, in the order of {@link writtenColumns}. */
export function textsOf({ detection, alertKey }: Keyed): readonly (string | undefined)[] {
  const { id, hostId, occurredAt, module, kind, rule, severity, action, actionResult, mode, raw } = detection;
  return [
    ...[occurredAt, id, hostId, module, kind, rule.id, String(severityId(severity)), action, actionResult, mode],
    ...[alertKey, encodeJson(recordOf(detection)), raw],
  ];
}

/** U+0000, which PostgreSQL cannot keep in JSON, becomes U+FFFD. */
function encodeJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u0000') ? text.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\ufffd') : text;
}

type InColumns = 'id' | 'accountId' | 'hostId' | 'occurredAt' | 'module' | 'kind' | 'severity' | 'mode' | 'action';
type Recorded = Record<Exclude<keyof Detection, InColumns | 'actionResult' | 'raw'>, unknown>;

/** What no column tells. Each key is named: an object of one shape is made and written faster than one that is put together. What is undefined is not written. */
const recordOf = (detection: Detection): Recorded => ({
  rule: { name: detection.rule.name, nameJa: detection.rule.nameJa } satisfies Record<
    Exclude<keyof Detection['rule'], 'id'>,
    unknown
  >,
  title: detection.title === detection.rule.name ? undefined : detection.title,
  clockOffsetMs: detection.clockOffsetMs,
  subject: detection.subject,
  process: detection.process,
  user: detection.user,
  actor: detection.actor,
  source: detection.source,
  destination: detection.destination,
  file: detection.file,
  packages: detection.packages,
  entity: detection.entity,
  url: detection.url,
  log: detection.log,
  facts: detection.facts,
  attack: detection.attack,
  foreign: detection.foreign,
});

/** A row as it is kept. Rows from before migration 0068 tell everything in their record. */
export type KeptRow = {
  readonly tenant_id: string;
  readonly occurred_at: Date;
  readonly id: string;
  readonly host_id: string;
  readonly module: Detection['module'];
  readonly kind: string;
  readonly rule_id: string;
  readonly severity: number;
  readonly action: Detection['action'];
  readonly action_result: Detection['actionResult'];
  readonly mode: Detection['mode'];
  readonly record: Omit<Partial<Detection>, 'rule'> & {
    readonly rule: Omit<Detection['rule'], 'id'>;
  };
  readonly raw: string | null;
};
export const keptColumns =
  'd.tenant_id, d.occurred_at, d.id, d.host_id, d.module, d.kind, d.rule_id, d.severity, d.action, d.action_result, d.mode, d.record, d.raw';

/** The detection as it came. */
export function detectionOfRow(row: KeptRow): Detection {
  const { rule, foreign, ...record } = row.record;
  const raw = row.raw ?? record.raw;
  return {
    ...{ id: row.id, accountId: row.tenant_id, hostId: row.host_id, occurredAt: row.occurred_at.toISOString() },
    ...{ module: row.module, kind: row.kind, rule: { id: row.rule_id, ...rule }, severity: severityOfId(row.severity) },
    ...{ mode: row.mode, action: row.action, actionResult: row.action_result, title: rule.name },
    ...record,
    ...(raw === undefined ? {} : { raw }),
    ...(foreign ? { foreign: foreignOf(foreign, raw) } : {}),
  };
}

/** What its text tells, where that was left to the text. */
function foreignOf(kept: ForeignRecord, raw: string | undefined): ForeignRecord {
  return kept.fields === undefined && raw !== undefined ? { ...kept, ...toldAgain(raw) } : kept;
}
