import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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
