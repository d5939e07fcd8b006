import type { NamedObject } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';

/** An object by its id and what it is called; an account's own has one name for both languages. */
export const namedObject = (object: ApiObject): NamedObject => ({
  id: object['ID'] as number,
  name: String(object['name'] ?? ''),
  ...(typeof object['_nameJa'] === 'string' ? { nameJa: object['_nameJa'] } : {}),
});
