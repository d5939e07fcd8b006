import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { TextColumn } from './index.ts';

let door: TestDoor;
before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());

async function through(values: readonly (string | undefined)[], bytes = 8): Promise<(string | null)[]> {
  const column = new TextColumn(bytes);
  for (const value of values) column.add(value);
  const { rows } = await door.platform.database.asProvider((tx) =>
    tx.client.query<{ value: string | null }>('select unnest($1::text[]) as value', [column.parameter]),
  );
  return rows.map(({ value }) => value);
}

test('property: any texts come back as they were, in their order, and null as null', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\0', '\ud83d', '\udee1', '"', '{', '}', ',', '\\', '\n', '日', 'é'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text, { nil: undefined }), { minLength: 1 }), async (values) => {
      const kept = values.map((value) => value?.replaceAll('\0', '\ufffd').toWellFormed() ?? null);
      assert.deepEqual(await through(values), kept);
    }),
    { numRuns: 200 },
  );
});

test('it grows: a thousand texts of a kilobyte, and one of a megabyte', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => `${index}${'長'.repeat(340)}`);
  assert.deepEqual(await through(many), many);
  const [long] = await through(['x'.repeat(1_000_000)]);
  assert.equal(long?.length, 1_000_000);
});
