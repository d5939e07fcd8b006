import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IntegrityEstimate, type PolicyDocument, Refusal, routes } from '@sakimori/contract';
import { changePolicy, makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/** A real agent counts a million files, and nobody applies them by mistake. They have no content and lie in memory. */
const files = 1_000_000;
const folders = 1000;
/** Of one processor, for what counts and for what scans. */
const cpuPercentMax = 40;
const isRoot = process.geteuid?.() === 0;
let system: System;
let agent: RealAgent;
let accountId: string;
let folder: string;

before(async () => {
  if (!isRoot) return;
  folder = mkdtempSync(join(tmpdir(), 'sakimori-million-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2g,nr_inodes=2000000', 'sakimori-test', folder]);
  const make = 'cd "$1" && for d in $(seq 1 1000); do mkdir $d && (cd $d && seq 1 1000 | xargs touch); done';
  execFileSync('sh', ['-c', make, 'sh', folder]);
  system = await startSystem();
  accountId = await makeAccount(system, 'million');
  await changePolicy(system, accountId, (document) => withIntegrity(document, '/srv/nothing'));
  agent = await startAgent(system, accountId);
});
after(async () => {
  await agent?.remove();
  await system?.stop();
  if (!folder) return;
  spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

function withIntegrity(document: PolicyDocument, path: string): PolicyDocument {
  const rule = {
    ...{ id: 'own.million', name: { ja: '大量のファイル', en: 'A million files' }, severity: 'low' as const },
    ...{ include: [path], exclude: [], attributes: ['created' as const, 'deleted' as const, 'mode' as const] },
  };
  const { integrity } = document.modules;
  const changed = { ...integrity, state: 'on' as const, realTime: false, cpuPercentMax, rules: [rule] };
  return { ...document, modules: { ...document.modules, integrity: changed } };
}

/** Seconds of a processor that the agent has used (proc_pid_stat(5): utime and stime). */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${agent.pid()}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The agent's use of one processor, in percent, while this goes on. */
async function shareWhile(work: () => Promise<void>): Promise<number> {
  const [startMs, before] = [performance.now(), cpuSeconds()];
  await work();
  return ((cpuSeconds() - before) / ((performance.now() - startMs) / 1000)) * 100;
}

test('S24: a rule that matches a million files shows the estimate and needs a second confirmation; the CPU cap holds while it counts and while it scans', {
  skip: !isRoot && 'needs root to have a file system in memory',
  timeout: 400_000,
}, async () => {
  const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
  const policyId = items.find(({ hostCount }) => hostCount > 0)!.id;
  const { version, document } = await system.admin(routes.getPolicy, { params: { policyId } });
  const wanted = withIntegrity(document, folder);
  const { id } = await system.admin(routes.createEstimate, {
    params: { policyId },
    body: { document: wanted.modules.integrity },
  });
  const seen: number[] = [];
  let estimate: IntegrityEstimate | undefined;
  const counting = await shareWhile(async () => {
    estimate = await until(
      async () => {
        const now = await system.admin(routes.getEstimate, { params: { policyId, estimateId: id } });
        seen.push(now.hosts[0]?.figures?.files ?? 0);
        return now.state === 'done' ? now : undefined;
      },
      'the host does not end counting',
      300_000,
    );
  });
  const { figures, state, aboveLimit } = estimate!.hosts[0]!;
  assert.equal(state, 'done', estimate!.hosts[0]!.detail ?? '');
  assert.deepEqual([figures?.files, figures?.folders], [files, folders + 1]);
  assert.ok(figures!.seconds > 1 && figures!.cpuPercent === cpuPercentMax, JSON.stringify(figures));
  assert.ok(
    seen.some((count) => count > 0 && count < files),
    'it is seen to grow',
  );
  assert.deepEqual([estimate!.needsConfirmation, aboveLimit], [true, true]);
  assert.ok(counting < cpuPercentMax + 15, `${counting.toFixed(0)} % of a processor while it counts`);

  const put = (confirmation?: string) =>
    system.admin(routes.updatePolicy, {
      params: { policyId },
      body: {
        basedOnVersion: version,
        document: wanted,
        reason: 'all of it',
        ...(confirmation ? { confirmation } : {}),
      },
    });
  await assert.rejects(put(), (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.status, error.code, error.facts['files']], [409, 'confirmation_required', files]);
    return true;
  });
  await put(id);
  await until(
    async () => {
      const host = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
      return host.modules.find(({ module }) => module === 'integrity')?.figures['building'] === 1 ? true : undefined;
    },
    'the host does not begin to scan',
    60_000,
  );
  const scanning = await shareWhile(() => sleep(8000));
  assert.ok(scanning > 2 && scanning < cpuPercentMax + 15, `${scanning.toFixed(0)} % of a processor while it scans`);
});
