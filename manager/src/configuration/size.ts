import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ObjectRow } from './store.ts';

/** Characters of all that an account has of its own, as JSON: it is read into memory as a whole. */
const accountMax = 64_000_000;
const sizes = new WeakMap<ApiObject, number>();

/** @throws Refusal `limit_reached` where a change makes an account that is too large larger still */
export function checkSize(before: readonly ObjectRow[], after: readonly ObjectRow[]): void {
  const size = sizeOf(after);
  if (size <= accountMax || size <= sizeOf(before)) return;
  const detail = `The configuration of the account would be larger than ${accountMax} characters.`;
  throw new Refusal('limit_reached', { what: 'configuration', max: accountMax, detail });
}

const sizeOf = (rows: readonly ObjectRow[]): number => rows.reduce((sum, { data }) => sum + sizeOfObject(data), 0);

function sizeOfObject(data: ApiObject | null): number {
  if (!data) return 0;
  const known = sizes.get(data) ?? JSON.stringify(data).length;
  sizes.set(data, known);
  return known;
}
