import type { ForeignRecord } from '../foreign-record.ts';
import type { NeutralEvent } from './event.ts';
import { parseRecord } from './record.ts';

const fieldMax = 4096;

/** A text that a column and a page can hold: bounded, without U+0000, no half of a surrogate pair. */
export const short = (text: string, max: number): string => {
  const whole = text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
  return whole.length <= max ? whole : whole.slice(0, max).toWellFormed();
};

/** The part of a foreign record that its text alone tells. */
export type Told = Pick<ForeignRecord, 'format' | 'product' | 'productVersion' | 'severity' | 'fields'>;

export function toldOf(event: NeutralEvent): Told {
  return {
    format: event.format,
    ...(event.product ? { product: short(event.product, 200) } : {}),
    ...(event.product_version ? { productVersion: short(event.product_version, 200) } : {}),
    ...(event.severity === undefined ? {} : { severity: event.severity }),
    fields: fieldsOf(event),
  };
}

/** What a kept line told, read once more. Nothing where the text is no record. */
export function toldAgain(raw: string): Told | undefined {
  const [event] = parseRecord(raw).events;
  return event && toldOf(event);
}

/** What stands in the detection by another name, or in what came with it: a record that is written twice costs twice. */
const placed = new Set<string>([
  ...['format', 'module', 'product', 'product_version', 'timestamp', 'syslog_pri', 'severity', 'truncated'],
  ...['src_ip', 'src_port', 'dst_ip', 'dst_port', 'count', 'name', 'signature_id', 'file_path', 'old_file_path', 'url'],
  ...['process', 'command_line', 'packet_data'],
]);

/** Everything else, under its neutral name; the raw record beside it holds what is longer. */
function fieldsOf(event: NeutralEvent): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name in event) {
    if (placed.has(name)) continue;
    const value = event[name as keyof NeutralEvent];
    fields[name] = typeof value === 'string' ? short(value, fieldMax) : value;
  }
  return fields;
}
