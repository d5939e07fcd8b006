/**
 * One run of the engine over a real spool, for the test that kills it: `node soak-agent.ts FOLDER PATH…`. Every line with the word `soak` becomes a detection.
 */
import { join } from 'node:path';
import { LogInspectionPolicy } from '@sakimori/contract/policy';
import { systemClock, toInstant } from '../../../clock.ts';
import { createEngineHost } from '../../../engine-host.ts';
import { newId } from '../../../new-id.ts';
import type { Seal } from '../../../seal.ts';
import { Spool } from '../../../spool/index.ts';
import { createLogInspectionEngine } from '../index.ts';

// The agent's own timers keep no process alive.
setInterval(() => undefined, 60_000);

const [folder = '', ...paths] = process.argv.slice(2);
const clock = systemClock;
const log = () => undefined;
const seal: Seal = (module, draft) => ({
  ...{ id: newId(clock.nowMs()), accountId: '00000000-0000-4000-8000-000000000001' },
  ...{ hostId: '00000000-0000-4000-8000-000000000002', module, clockOffsetMs: 0 },
  ...draft,
  occurredAt: draft.occurredAt ?? toInstant(clock.nowMs()),
});
const spool = new Spool({ path: join(folder, 'spool.db'), clock, log, seal: (draft) => seal('system', draft) });
const engine = createLogInspectionEngine(createEngineHost('loginspection', { folder, clock, log, spool, seal }));
const rule = '<group name="soak,"><rule id="100000" level="5"><match>soak</match></rule></group>';
await engine.apply(
  LogInspectionPolicy.parse({
    state: 'on',
    sources: paths.map((path) => ({ path, format: 'plain' })),
    decoderFiles: [],
    ruleFiles: [{ name: 'soak.xml', xml: rule }],
  }),
);
process.stdout.write('following\n');
