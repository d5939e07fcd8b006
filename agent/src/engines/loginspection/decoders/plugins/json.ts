import { type FieldName, fieldNames, type LogEvent } from '../../event.ts';

const depthMax = 10;
const valuesMax = 256;
const textMax = 8192;

/**
 * A message that is one JSON object, as Wazuh's plugin reads it: each value becomes a field of its name, names of objects within objects joined with
 * dots (`alert.signature`). Names that OSSEC knows (`srcip`, `dstuser`, …) fill those. Anything that is no object has no fields.
 */
export function readJsonLine(event: LogEvent): void {
  const { text } = event.message;
  const start = text.indexOf('{');
  if (start < 0) return;
  try {
    const value: unknown = JSON.parse(text.slice(start));
    if (isObject(value)) read(event, value, '', 0, { left: valuesMax });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function read(
  event: LogEvent,
  object: Readonly<Record<string, unknown>>,
  prefix: string,
  depth: number,
  budget: { left: number },
): void {
  for (const [key, value] of Object.entries(object)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isObject(value)) {
      if (depth < depthMax) read(event, value, name, depth + 1, budget);
    } else if (budget.left-- > 0) set(event, name, textOf(value).slice(0, textMax));
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(textOf).join(',') : String(value);

function set(event: LogEvent, name: string, value: string): void {
  const field = fieldNames.find((one): one is FieldName => one === name);
  if (field) event.setField(field, value);
  else event.setNamed(name, value);
}
