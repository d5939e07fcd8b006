import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Detection } from '@sakimori/contract';
import { parseRecord, toldOf } from '@sakimori/contract/intake/index';
import { cefFixtures, leefFixtures } from '@sakimori/contract/intake/test-lines';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { recordDetections, selectDetections } from '../detections/index.ts';
import { newId } from '../platform/index.ts';
import { detectionOf } from './detection-of.ts';

let door: TestDoor;
before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());

test('a foreign line tells its fields again when it is read, for every line of the catalogue', async () => {
  const { accountId, hostId } = await door.makeHost('Lines');
  const sourceId = newId(door.platform.clock);
  const receivedAt = door.platform.clock.now();
  const found = [...cefFixtures, ...leefFixtures].flatMap(({ raw }, index) => {
    const { events, raws } = parseRecord(raw);
    const arrival = { event: events[0]!, raw: raws[0]!, isCut: index % 7 === 0, receivedAt };
    const to = { accountId, hostId, hostKey: 'id::1', sourceId, zone: 'Asia/Tokyo' };
    const detection = detectionOf(arrival, to);
    return detection ? [{ detection, told: toldOf(events[0]!) }] : [];
  });
  assert.ok(found.length > 20);
  const once = [...new Map(found.map((each) => [each.detection.id, each])).values()];
  const whole = once.map(({ detection, told }) => ({ ...detection, foreign: { ...detection.foreign!, ...told } }));
  await recordDetections(
    door.platform,
    accountId,
    once.map(({ detection }) => detection),
  );
  const rows = await door.platform.database.as(accountId, (tx) => selectDetections(tx, { accountId, limit: 500 }));
  const back = rows.map(({ record }) => record);
  // What was cut, or ended too early, is kept as it was read.
  assert.ok(back.some(({ foreign }) => foreign!.truncated) && back.some(({ foreign }) => !foreign!.truncated));
  const plain = (list: readonly Detection[]) =>
    JSON.parse(JSON.stringify([...list].sort((a, b) => (a.id < b.id ? -1 : 1)))) as unknown;
  assert.deepEqual(plain(back), plain(whole));
});
