import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { createEngineHost } from '../../engine-host.ts';
import { createSeal } from '../../seal.ts';
import { Spool } from '../../spool/index.ts';
import { createIntegrityEngine } from './index.ts';

/**
 * For tests that need the engine in a process of its own: watches `<root>/watched`, keeps its data in `<root>/data`, and writes to
 * `<root>/data/told` its status once the first scan is over and then every detection, once it is in the spool, as a line of JSON.
 * Ends with its standard input; at SIGUSR2 it writes its status again.
 */
const root = process.argv[2]!;
const origin = { accountId: '00000000-0000-4000-8000-000000000001', hostId: '00000000-0000-4000-8000-000000000002' };
const seal = createSeal(origin, systemClock, () => undefined);
const log = (_: string, message: string) => process.stderr.write(`${message}\n`);
const spool = new Spool({
  path: join(root, 'data/spool.db'),
  clock: systemClock,
  log: () => {},
  seal: (draft, id) => seal('system', draft, id),
});
const host = createEngineHost('integrity', { folder: join(root, 'data'), clock: systemClock, log, spool, seal });
const engine = createIntegrityEngine([join(root, 'data')])(host);
const print = (value: unknown) => appendFileSync(join(root, 'data/told'), `${JSON.stringify(value)}\n`);

const attributes = ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'] as const;
const rule = {
  ...{ id: 'r', name: { ja: '規則', en: 'Rule' }, severity: 'low' as const },
  ...{ include: [join(root, 'watched')], exclude: [], attributes: [...attributes] },
};
process.stdin.on('end', () => void engine.stop().then(() => process.exit(0))).resume();
await engine.apply({ state: 'on', realTime: true, scanEverySeconds: 10, hashBytesMax: 1_000_000, rules: [rule] });
while (engine.status().figures['building'] === 1) await new Promise((resolve) => setTimeout(resolve, 10));
print({ status: engine.status() });
process.on('SIGUSR2', () => print({ status: engine.status() }));
spool.onAppend = () => {
  for (let lease = spool.lease(1000, 1e9); lease; lease = spool.lease(1000, 1e9)) {
    for (const { body } of lease.rows) print({ detection: JSON.parse(body) });
    spool.commit(lease);
  }
};
spool.onAppend();
