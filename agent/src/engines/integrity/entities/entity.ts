import { hash } from 'node:crypto';

/** Attribute → value. What could not be read is absent, and is not compared. */
export type Values = Readonly<Record<string, string>>;
/** The entities of one kind on this host, by key. */
export type Entities = ReadonlyMap<string, Values>;

const valueMax = 1000;

/** A value that fits into a detection; of a longer one the beginning, and a digest that tells any change of the rest. */
export function fitValue(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ').toWellFormed();
  if (line.length <= valueMax) return line;
  return `${line.slice(0, valueMax - 80).toWellFormed()}… sha256:${digestOf(text)}`;
}

/** Keys are names: a longer one cannot be told apart from others in a detection, so its digest goes with it. */
export const fitKey = (text: string): string => fitValue(text);

export const digestOf = (content: string | NodeJS.ArrayBufferView): string => hash('sha256', content, 'hex');

/** The attributes in which two states differ, of those that both have. */
export function differingAttributes(before: Values, after: Values): string[] {
  return Object.keys(after).filter((name) => before[name] !== undefined && before[name] !== after[name]);
}
