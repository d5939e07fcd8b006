// Memory of a real agent with both engines on, at rest and while both have work: the baseline policy on this machine's own files, and a log
// that grows by 200 lines a second while files change beside it.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '@sakimori/contract';
import { changePolicy, makeAccount, startAgent, startSystem, waitForPolicy } from '../test/system.ts';
import { cpuSecondsOf, megabytes, residentBytesOf, round } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const restSeconds = 30;
const workSeconds = 30;
const residentMbMax = 120;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-memory-'));
  const log = join(folder, 'auth.log');
  writeFileSync(log, '');
  mkdirSync(join(folder, 'watched'));
  const system = await startSystem();
  try {
    const accountId = await makeAccount(system, 'memory');
    await changePolicy(system, accountId, (document) => ({
      ...document,
      modules: {
        ...document.modules,
        integrity: {
          ...document.modules.integrity,
          rules: document.modules.integrity.rules.map((rule, index) =>
            index === 0 ? { ...rule, include: [...rule.include, join(folder, 'watched')] } : rule,
          ),
        },
        loginspection: { ...document.modules.loginspection, sources: [{ path: log, format: 'syslog' as const }] },
      },
    }));
    const agent = await startAgent(system, accountId);
    await waitForPolicy(system, agent.hostId);
    progress(`at rest for ${restSeconds} s`);
    await sleep(restSeconds * 1000);
    const rest = residentBytesOf(agent.pid());
    const cpuBefore = cpuSecondsOf(agent.pid());
    progress(`at work for ${workSeconds} s`);
    for (let second = 0; second < workSeconds; second++) await workFor(log, folder, second);
    const work = {
      now: residentBytesOf(agent.pid()),
      peak: residentBytesOf(agent.pid(), 'peak'),
      cpu: cpuSecondsOf(agent.pid()) - cpuBefore,
    };
    const { modules } = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
    await agent.remove();
    report(
      rest,
      work,
      modules.filter((module) => module.state === 'active').map((module) => module.module),
    );
  } finally {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One second of a lively host: 200 lines of sshd and cron, 20 files changed. */
async function workFor(log: string, folder: string, second: number): Promise<void> {
  const stamp = `Nov 23 10:00:${String(second % 60).padStart(2, '0')}`;
  const lines = Array.from({ length: 200 }, (_, index) =>
    index % 10 === 0
      ? `${stamp} web01 sshd[${index}]: Failed password for root from 192.0.2.${index} port 4022 ssh2`
      : `${stamp} web01 CRON[${index}]: (root) CMD (run-parts /etc/cron.hourly)`,
  );
  appendFileSync(log, `${lines.join('\n')}\n`);
  for (let index = 0; index < 20; index++) writeFileSync(join(folder, 'watched', `file-${index}`), String(second));
  await sleep(1000);
}

function report(rest: number, work: { now: number; peak: number; cpu: number }, active: readonly string[]): void {
  const measured = megabytes(work.now);
  tell({
    bench: 'agent-memory',
    figures: {
      'active modules': active.join(', '),
      'RSS at rest, MB': megabytes(rest),
      'RSS at work, MB': measured,
      'highest RSS, MB': megabytes(work.peak),
      'CPU seconds at work': round(work.cpu, 2),
      'seconds at work': workSeconds,
    },
    aims: [
      {
        what: 'resident memory with both engines on, at work',
        aim: `< ${residentMbMax} MB`,
        measured: `${measured} MB`,
        met: measured < residentMbMax && active.length === 2,
      },
    ],
    notes: ['The agent runs from the checkout; the bundle that packages carry is smaller.'],
  });
}

await main();
