import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyDocument } from '@sakimori/contract';
import { differenceOf } from './version-difference.ts';

const documentOf = (integrity: object, heartbeatSeconds = 60) =>
  ({ heartbeatSeconds, modules: { integrity: { state: 'real-time', ...integrity } } }) as unknown as PolicyDocument;
const rule = (id: string, include: string[]) => ({ id, include });

test('S54, in part: two versions of a policy differ by lines: values, rules by their id wherever they stand, and lists as a whole', () => {
  const before = documentOf({ rules: [rule('a', ['/etc']), rule('b', ['/srv'])] });
  const after = documentOf({ state: 'off', rules: [rule('b', ['/srv', '/opt']), rule('c', ['/usr'])] }, 30);
  assert.deepEqual(differenceOf(before, after), [
    { path: 'heartbeatSeconds', before: '60', after: '30' },
    { path: 'modules.integrity.state', before: 'real-time', after: 'off' },
    { path: 'modules.integrity.rules.[a]', before: '{"id":"a","include":["/etc"]}' },
    { path: 'modules.integrity.rules.[b].include', before: '["/srv"]', after: '["/srv","/opt"]' },
    { path: 'modules.integrity.rules.[c]', after: '{"id":"c","include":["/usr"]}' },
  ]);
  const moved = documentOf({ rules: [rule('b', ['/srv']), rule('a', ['/etc'])] });
  assert.deepEqual(differenceOf(before, moved), [], 'another order is no difference');
  const long = documentOf({ rules: Array.from({ length: 1500 }, (_, index) => rule(`r${index}`, ['/x'])) });
  assert.equal(differenceOf(documentOf({ rules: [] }), long).length, 1000);
});
