import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { type Alert, routes } from '@sakimori/contract';
import { changePolicy, makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/** From the line in the log to the mail at the recipients: real agent, manager, database and SMTP. */
let system: System;
let accountId: string;
let agent: RealAgent;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-threshold-'));
const log = join(folder, 'auth.log');

before(async () => {
  system = await startSystem();
  accountId = await makeAccount(system, 'threshold', ['ja', 'en']);
  writeFileSync(log, '');
  await changePolicy(system, accountId, (document) => ({
    ...document,
    modules: {
      ...document.modules,
      integrity: { ...document.modules.integrity, state: 'off' },
      loginspection: { ...document.modules.loginspection, state: 'on', sources: [{ path: log, format: 'syslog' }] },
    },
  }));
  agent = await startAgent(system, accountId);
});
after(async () => {
  await agent?.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A failed login as OpenSSH writes it, from an address of the documentation range. */
function failLogin(address: string, port: number): void {
  const at = new Date().toLocaleString('en-US', {
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const time = at.replace(',', '').replace(/^(\w+) 0/, '$1  ');
  appendFileSync(log, `${time} web-1 sshd[4242]: Failed password for root from ${address} port ${port} ssh2\n`);
}

async function logDetections(count: number): Promise<void> {
  await until(async () => {
    const { items } = await system.admin(routes.listDetections, { query: { accountId, module: 'loginspection' } });
    return items.length >= count ? true : undefined;
  }, `fewer than ${count} detections of the log`);
}
const logAlerts = async (): Promise<Alert[]> =>
  (await system.admin(routes.listAlerts, { query: { accountId, module: 'loginspection' } })).items;

test('S8: four failed logins raise no alert, the fifth raises exactly one, told to every registered recipient', async () => {
  for (let attempt = 1; attempt <= 4; attempt++) failLogin('203.0.113.9', 40_000 + attempt);
  await logDetections(4);
  assert.deepEqual(await logAlerts(), []);

  failLogin('203.0.113.9', 40_005);
  const alert = await until(async () => (await logAlerts())[0], 'no alert after the fifth failed login');
  assert.equal(alert.subject, '203.0.113.9');
  const told = await until(async () => {
    const mails = (await system.mails()).filter((mail) => mail.raw.includes(`X-Sakimori-Alert: ${alert.id}`));
    return mails.length >= 2 ? mails : undefined;
  }, 'the alert was not told');
  assert.deepEqual(told.flatMap((mail) => mail.to).sort(), ['en@threshold.example', 'ja@threshold.example']);
  const toldTo = (address: string) => told.find((mail) => mail.to.includes(address))!;
  assert.match(toldTo('ja@threshold.example').subject, /sshd：総当たり攻撃.*（203\.0\.113\.9）/);
  assert.match(toldTo('en@threshold.example').subject, /sshd: brute force.* \(203\.0\.113\.9\)/);

  // Four from another address are another matter, below its threshold.
  for (let attempt = 1; attempt <= 4; attempt++) failLogin('198.51.100.7', 50_000 + attempt);
  await logDetections(9);
  assert.equal((await logAlerts()).length, 1);
});
