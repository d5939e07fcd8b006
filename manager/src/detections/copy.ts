import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Detection, severityId } from '@sakimori/contract';
import { from as copyFrom } from 'pg-copy-streams';
import type { Tx } from '../platform/index.ts';

/** Columns of the staging table, in the order of {@link encodeRow}. */
export const stagedColumns =
  'occurred_at, id, host_id, module, kind, rule_id, severity, action, action_result, mode, alert_key, record';

/** COPY's text format: tab between fields, backslash escapes, `\N` for null (PostgreSQL documentation, "COPY", Text Format). */
function escapeField(value: string): string {
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character]!) : value;
}
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** JSON text holds no raw control characters, so only backslashes need doubling. U+0000, which PostgreSQL cannot keep in JSON, becomes U+FFFD. */
function encodeJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\')) return text;
  return text.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\ufffd').replaceAll('\\', '\\\\');
}

export type Keyed = { readonly detection: Detection; readonly alertKey: string | undefined };

/** One row of `copy … (stagedColumns) from stdin`, with its line end. */
export function encodeRow({ detection, alertKey }: Keyed): string {
  const { occurredAt, id, hostId, module, kind, rule, severity, action, actionResult, mode } = detection;
  const key = alertKey === undefined ? '\\N' : escapeField(alertKey);
  return `${occurredAt}\t${id}\t${hostId}\t${module}\t${kind}\t${escapeField(rule.id)}\t${severityId(severity)}\t${action}\t${actionResult}\t${mode}\t${key}\t${encodeJson(detection)}\n`;
}

/** Streams rows into the staging table of this transaction. */
export async function copyIntoStaging(tx: Tx, rows: readonly Keyed[]): Promise<void> {
  const target = tx.client.query(copyFrom(`copy detections_staging (${stagedColumns}) from stdin`));
  await pipeline(Readable.from([rows.map(encodeRow).join('')]), target);
}
