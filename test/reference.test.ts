import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pages, referenceFolder } from '../scripts/write-reference.ts';

for (const [name, write] of Object.entries(pages))
  test(`docs/reference/${name} is current`, () => {
    assert.equal(readFileSync(join(referenceFolder, name), 'utf8'), write(), 'run: npm run reference');
  });

test('every page of the reference is generated', () => {
  assert.deepEqual(readdirSync(referenceFolder).sort(), Object.keys(pages).sort());
});
