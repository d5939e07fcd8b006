import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { dumpSchema, schemaFile } from '../scripts/dump-schema.ts';
import { startTestPlatform, type TestPlatform } from './platform.ts';

let platform: TestPlatform;
before(async () => {
  platform = await startTestPlatform();
});
after(() => platform.stop());

test('manager/schema.sql is what the migrations make, on every PostgreSQL', async () => {
  const migrated = await dumpSchema(platform.ownerUrl);
  assert.match(migrated, /create table alerts_alert \(/);
  assert.equal(migrated, readFileSync(schemaFile, 'utf8'), 'run: npm run schema');
});

test('migrations are numbered without a gap, each number once', () => {
  const names = readdirSync(join(import.meta.dirname, '../manager/migrations')).filter((name) => name.endsWith('.sql'));
  const numbers = names.map((name) => Number(name.slice(0, 4))).sort((one, other) => one - other);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
    names.join(' '),
  );
});
