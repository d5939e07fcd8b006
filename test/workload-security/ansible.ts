import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type Driver, refusalOf } from './driver.ts';

/** What Ansible's modules do over HTTP: every request has a JSON body, every answer is read as JSON, also a refusal. */
export type Ansible = {
  request(
    method: string,
    path: string,
    data?: unknown,
  ): Promise<{ readonly code: number; readonly response: ApiObject }>;
  /** The resource modules' states. @returns whether something was changed, and what stood before and after */
  merged(config: ApiObject): Promise<Run>;
  replaced(config: ApiObject): Promise<Run>;
  deleted(name: string): Promise<Run>;
  gathered(): Promise<ApiObject[]>;
};
export type Run = { readonly changed: boolean; readonly before?: ApiObject; readonly after?: ApiObject };
export type Resource = {
  /** `/firewallrules` */
  readonly path: string;
  /** `firewallRules` */
  readonly list: string;
  /** Differences that the module overlooks. */
  readonly overlooks: readonly string[];
};

export function createAnsible(api: Driver, { path, list, overlooks }: Resource): Ansible {
  const request = async (method: string, to: string, data: unknown = {}) => {
    const answer = await api.send(method, to, {
      raw: JSON.stringify(data),
      headers: { 'User-Agent': 'Python-urllib/3.11' },
    });
    if (answer.status >= 400) refusalOf(answer, answer.status, `${method} ${to}`);
    assert.equal(answer.headers['set-cookie'], undefined, 'a cookie would replace the key');
    return { code: answer.status, response: (answer.body ?? {}) as ApiObject };
  };
  const done = async (method: string, to: string, data: unknown) => {
    const { code, response } = await request(method, to, data);
    assert.ok(code < 400, `${method} ${to} ${JSON.stringify(data)}: ${code} ${JSON.stringify(response)}`);
    return response;
  };
  const find = async (name: unknown): Promise<ApiObject | undefined> => {
    const searchCriteria = [{ fieldName: 'name', stringTest: 'equal', stringValue: name }];
    const response = await done('POST', `${path}/search`, { maxItems: 1, searchCriteria });
    return (response[list] as ApiObject[])[0];
  };
  const apply = async (config: ApiObject, change: (have: ApiObject) => Promise<ApiObject>): Promise<Run> => {
    const have = await find(config['name']);
    if (!have) {
      const after = await done('POST', path, config);
      return { changed: true, after };
    }
    const differences = Object.keys(differencesOf(have, config)).filter((name) => !overlooks.includes(name));
    return differences.length === 0
      ? { changed: false, before: have }
      : { changed: true, before: have, after: await change(have) };
  };
  return {
    request,
    merged: (config) =>
      apply(config, (have) => done('POST', `${path}/${have['ID']}`, without({ ...have, ...config }, overlooks))),
    replaced: (config) =>
      apply(config, async (have) => {
        await done('DELETE', `${path}/${have['ID']}`, config);
        return done('POST', path, config);
      }),
    async deleted(name) {
      const have = await find(name);
      if (!have) return { changed: false };
      await done('DELETE', `${path}/${have['ID']}`, { name });
      return { changed: true, before: have };
    },
    gathered: async () => (await done('GET', path, {}))[list] as ApiObject[],
  };
}

const without = (object: ApiObject, names: readonly string[]): ApiObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** The names that are wanted and are not had with that value; the order of a list does not count. */
export function differencesOf(have: ApiObject, want: ApiObject): ApiObject {
  const differences: ApiObject = {};
  for (const [name, value] of Object.entries(want)) {
    if (value === null || value === undefined || value === '') continue;
    if (!isSame(have[name], value)) differences[name] = value;
  }
  return differences;
}

function isSame(have: unknown, want: unknown): boolean {
  if (Array.isArray(have) && Array.isArray(want)) return isDeepStrictEqual(sorted(have), sorted(want));
  if (isObject(have) && isObject(want)) return Object.keys(differencesOf(have, want)).length === 0;
  return isDeepStrictEqual(have, want);
}
const isObject = (value: unknown): value is ApiObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
