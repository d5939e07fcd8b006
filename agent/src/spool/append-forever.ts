import { join } from 'node:path';
import { systemClock, toInstant } from '../clock.ts';
import { newId } from '../new-id.ts';
import { Spool } from './spool.ts';

/** For the test of `kill -9`: appends without end and prints the id of each detection that is said to be safe. */
const seal = (id: string) => ({
  id,
  accountId: '00000000-0000-4000-8000-000000000001',
  hostId: '00000000-0000-4000-8000-000000000002',
  occurredAt: toInstant(systemClock.nowMs()),
  module: 'system' as const,
  kind: 'file.modified',
  rule: { id: 'r', name: 'Rule' },
  severity: 'low' as const,
  title: 'changed',
  mode: 'detect' as const,
  action: 'observed' as const,
  actionResult: 'none' as const,
});

const keepAlive = setInterval(() => {}, 1000);
const path = join(process.argv[2]!, 'spool.db');
const spool = new Spool({ path, clock: systemClock, log: () => {}, seal: () => seal(newId(systemClock.nowMs())) });
for (;;) {
  const ids = Array.from({ length: 7 }, () => newId(systemClock.nowMs()));
  await Promise.all(
    ids.map(async (id) => {
      await spool.append([seal(id)]);
      process.stdout.write(`${id}\n`);
    }),
  );
  keepAlive.refresh();
}
