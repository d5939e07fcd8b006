import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { agentPaths, routes } from '@sakimori/contract';
import { freePort } from '@sakimori/manager/platform/index';
import { makeDetection, prepareBatch, SimulatedAgent } from './simulated-agent.ts';
import { type LastingSystem, makeAccount, startLastingSystem, until } from './system.ts';

/** The manager's disk is full: what it cannot keep it does not acknowledge, and it goes on by itself when there is room again. */
const reason = process.getuid?.() === 0 ? undefined : 'mounting a small disk needs root';
const disk = mkdtempSync(join(tmpdir(), 'sakimori-small-disk-'));
const filler = join(disk, 'filler');
let system: LastingSystem | undefined;
let accountId: string;
let agent: SimulatedAgent;

before(async () => {
  if (reason) return;
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'sakimori-test', disk]);
  const ports = { console: await freePort(), agents: await freePort(), smtp: await freePort() };
  system = await startLastingSystem(disk, ports, { SAKIMORI_LOG: 'silent' });
  accountId = await makeAccount(system, 'full');
  const { token } = await system.admin(routes.createEnrolmentToken, { params: { accountId }, body: {} });
  agent = await SimulatedAgent.enrol(token);
});

after(async () => {
  rmSync(filler, { force: true });
  await system?.end('SIGTERM');
  if (!reason) execFileSync('umount', ['--lazy', disk]);
  rmSync(disk, { recursive: true, force: true });
});

const raw = 'x'.repeat(8000);
const makeBatch = () =>
  Array.from({ length: 200 }, () =>
    makeDetection({ accountId, hostId: agent.hostId }, { raw: `${raw}${Math.random()}` }),
  );
const send = async (detections: readonly unknown[]) =>
  (
    await agent
      .post(agentPaths.detections, prepareBatch(detections), { 'content-encoding': 'zstd' })
      .catch(() => ({ status: 0 }))
  ).status;

/** Called again it fills what the database has given back meanwhile. */
function fillDisk(): void {
  const { bavail, bsize } = statfsSync(disk);
  appendFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 1_000_000)));
}

test('with a full disk a batch is not acknowledged; with room again it is stored, once', { skip: reason }, async () => {
  const first = makeBatch();
  assert.equal(await send(first), 200);
  fillDisk();
  const waiting: unknown[][] = [];
  // What the database has set aside already may take a few batches more.
  for (let turn = 0; turn < 60 && waiting.length < 2; turn++) {
    const batch = makeBatch();
    const status = await send(batch);
    if (status !== 200) waiting.push(batch);
    assert.ok([200, 503, 0].includes(status), `answered ${status}`);
    if (status === 200) {
      first.push(...batch);
      fillDisk();
    }
  }
  assert.equal(waiting.length, 2, 'the full disk was never felt');
  rmSync(filler);
  for (const batch of waiting)
    await until(async () => ((await send(batch)) === 200 ? true : undefined), 'the batch is still refused', 60_000);
  const { byModule } = (
    await system!.admin(routes.composeReport, {
      body: { accountId, kind: 'monthly', period: thisMonth(), early: true },
    })
  ).report;
  const expected = first.length + waiting.flat().length;
  assert.equal(byModule.find((figures) => figures.module === 'integrity')!.total, expected);
});

/** The month in Japan, as the machine's clock has it. */
const thisMonth = () =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', year: 'numeric', month: '2-digit' }).format(new Date());
