import { type Field, isSame, type Json } from './places.ts';

/** What a field becomes when a change is taken back, or that nobody can say. */
export type Undone = { readonly value: Json } | 'conflict';

/**
 * Takes back of a field what a change made of it, and lets be what others have made of it since: of lists what was added goes and what was taken away
 * comes back; of what a rule is told otherwise each property by itself; of a rule's XML the exclusions that were put in. Of any other value that is not
 * the one that was written, nobody can say what it should be.
 */
export function undone({ before, after, inherited = {} }: Omit<Field, 'path'>, now: Json): Undone {
  if (isSame(now, after)) return { value: before };
  if (isList(before) && isList(after) && isList(now)) return undoneList(before ?? [], after ?? [], now ?? []);
  if (isObject(after) && isObject(now) && (before === null || isObject(before)))
    return undoneObject({ before: before ?? {}, after, inherited }, now);
  return 'conflict';
}

const isList = (value: Json): value is Json[] | null => value === null || Array.isArray(value);
const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function undoneList(before: readonly Json[], after: readonly Json[], now: readonly Json[]): Undone {
  const has = (list: readonly Json[], item: Json) => list.some((one) => isSame(one, item));
  const added = after.filter((item) => !has(before, item));
  const taken = before.filter((item) => !has(after, item));
  if (!added.every((item) => has(now, item)) || taken.some((item) => has(now, item))) return 'conflict';
  const list = [...now.filter((item) => !has(added, item)), ...taken];
  const isNumbers = list.every((item) => typeof item === 'number');
  return { value: list.length === 0 ? null : isNumbers ? list.sort((a, b) => Number(a) - Number(b)) : list };
}

type Properties = Readonly<Record<string, Json>>;
type Objects = { readonly before: Properties; readonly after: Properties; readonly inherited: Properties };

/** Of a property that was not set there what is inherited was there before; when nothing else is left, it is inherited again. */
function undoneObject({ before, after, inherited }: Objects, now: Properties): Undone {
  const value: Record<string, Json> = { ...now };
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is, stands] = [before[name] ?? null, after[name] ?? null, now[name] ?? null];
    if (isSame(was, is)) continue;
    if (isSame(stands, is)) {
      if (was === null) delete value[name];
      else value[name] = was;
      continue;
    }
    const from = was ?? inherited[name] ?? null;
    const part = name === 'customXML' ? undoneXml(from, is, stands) : undone({ before: from, after: is }, stands);
    if (part === 'conflict') return 'conflict';
    if (part.value === null || (was === null && isSame(part.value, inherited[name] ?? null))) delete value[name];
    else value[name] = part.value;
  }
  return { value: Object.keys(value).length === 0 ? null : value };
}

const exclusions = /<exclude\b[^>]*\/>/g;

/** Base64 of XML. What was put in before comes out again, each as often as it went in. */
function undoneXml(before: Json, after: Json, now: Json): Undone {
  if (typeof after !== 'string' || typeof now !== 'string') return 'conflict';
  const [is, stands] = [decoded(after), decoded(now)];
  const was = typeof before === 'string' ? decoded(before) : '';
  const count = (text: string, part: string) => text.split(part).length - 1;
  let left = stands;
  for (const part of new Set(is.match(exclusions) ?? []))
    for (let times = count(is, part) - count(was, part); times > 0; times -= 1) {
      if (!left.includes(part)) return 'conflict';
      left = left.replace(part, '');
    }
  return { value: Buffer.from(left, 'utf8').toString('base64') };
}

const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
