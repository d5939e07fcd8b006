import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Comparison, Criterion, Search } from './criteria.ts';
import type { Effort } from './effort.ts';

/** The objects that a search finds, in the order of their ids, which is what paging by id relies on. */
export function searchObjects(objects: readonly ApiObject[], search: Search): ApiObject[] {
  const found: ApiObject[] = [];
  for (const object of objects) {
    if (found.length >= search.maxItems) break;
    if (search.criteria.every((criterion) => matches(object, criterion))) found.push(object);
  }
  return found;
}

export function matches(object: ApiObject, criterion: Criterion): boolean {
  if (criterion.test === 'id')
    return compare(numberOf(object['ID'] ?? object['id']), criterion.comparison, criterion.value);
  const values = valuesAt(object, criterion.path);
  switch (criterion.test) {
    case 'string':
      return values.some((value) => criterion.isLike(String(value))) !== criterion.negated;
    case 'choice':
      return values.some((value) => value === criterion.value) !== criterion.negated;
    case 'boolean':
      return (values[0] === true) === criterion.value;
    case 'null':
      return values.every(isNothing) === criterion.isNull;
    case 'numeric':
      return compareAny(values.map(numberOf), criterion.comparison, criterion.value);
    case 'version':
      return values.some((value) => holds(compareVersions(String(value), criterion.value), criterion.comparison));
    case 'date':
      return values.some((value) => isWithin(numberOf(value), criterion));
  }
}

/** What stands at a path; through lists everything that stands there. */
function valuesAt(object: unknown, path: readonly string[]): unknown[] {
  let here: unknown[] = [object];
  for (const step of path)
    here = here.flatMap((value) => {
      const next = (value as ApiObject | undefined)?.[step];
      return next === undefined || next === null ? [] : Array.isArray(next) ? next : [next];
    });
  return here;
}

/** A reference of 0 is none. */
const isNothing = (value: unknown): boolean => value === 0 || value === '' || value === undefined;

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.parseFloat(String(value)));

function compareAny(values: readonly number[], comparison: Comparison, value: number): boolean {
  if (values.length === 0) return comparison === 'not-equal';
  return comparison === 'not-equal'
    ? values.every((one) => one !== value)
    : values.some((one) => compare(one, comparison, value));
}

function compare(one: number, comparison: Comparison, other: number): boolean {
  if (Number.isNaN(one)) return comparison === 'not-equal';
  return holds(one < other ? -1 : one > other ? 1 : 0, comparison);
}

export function holds(order: number, comparison: Comparison): boolean {
  switch (comparison) {
    case 'less-than':
      return order < 0;
    case 'less-than-or-equal':
      return order <= 0;
    case 'equal':
      return order === 0;
    case 'greater-than-or-equal':
      return order >= 0;
    case 'greater-than':
      return order > 0;
    case 'not-equal':
      return order !== 0;
  }
}

/** `20.0.0.877` by its numbers; what is missing counts as 0. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(/[.\-+~]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < Math.max(a!.length, b!.length); index++) {
    const difference = (a![index] ?? 0) - (b![index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isWithin(time: number, { from, to }: Extract<Criterion, { test: 'date' }>): boolean {
  if (Number.isNaN(time) || time === 0) return false;
  const isAfter = !from || (from.inclusive ? time >= from.value : time > from.value);
  return isAfter && (!to || (to.inclusive ? time <= to.value : time < to.value));
}

/** `%` is any text, `_` one character. Matching takes at most pattern × text steps, and no more than the search has left. */
export function likeness(pattern: string, wildcards: boolean, effort: Effort): (text: string) => boolean {
  if (!wildcards || !/[%_]/.test(pattern))
    return (text) => {
      effort.spend(1);
      return text === pattern;
    };
  return (text) => {
    const { left } = effort;
    let [at, seen, star, starAt, steps] = [0, 0, -1, 0, 1];
    const end = (isLike: boolean): boolean => {
      effort.spend(steps);
      return isLike;
    };
    while (at < text.length) {
      if (++steps > left) effort.spend(steps);
      if (pattern[seen] === '%') {
        star = seen++;
        starAt = at;
      } else if (seen < pattern.length && (pattern[seen] === '_' || pattern[seen] === text[at])) {
        seen++;
        at++;
      } else if (star >= 0) {
        seen = star + 1;
        at = ++starAt;
      } else return end(false);
    }
    while (pattern[seen] === '%') seen++;
    return end(seen === pattern.length);
  };
}
