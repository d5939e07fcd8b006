import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { LogInspectionPolicy } from '@sakimori/contract/policy';
import { type Engine, PolicyFault } from '../engine.ts';
import { createRecordingHost } from '../recording-host.ts';
import { createLogInspectionEngine } from './index.ts';

const rulesFolder = join(import.meta.dirname, '../../../../rules/loginspection');
const shipped = (...names: string[]) =>
  names.map((name) => ({ name, xml: fs.readFileSync(join(rulesFolder, name), 'utf8') }));

/** A folder for logs, the engine over it with the shipped rules, and what it reports. */
function ground(t: TestContext) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sakimori-loginspection-'));
  fs.chmodSync(folder, 0o755);
  const host = createRecordingHost('loginspection', folder);
  const path = join(folder, 'auth.log');
  let engine: Engine<'loginspection'> = createLogInspectionEngine(host);
  t.after(async () => {
    await engine.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const policy = (change: Partial<LogInspectionPolicy> = {}) =>
    LogInspectionPolicy.parse({
      state: 'on',
      sources: [{ path, format: 'syslog' }],
      decoderFiles: shipped('pam.decoders.xml', 'sshd.decoders.xml'),
      ruleFiles: shipped('pam.rules.xml', 'sshd.rules.xml'),
      ...change,
    });
  const restart = async () => {
    await engine.stop();
    engine = createLogInspectionEngine(host);
  };
  const fail = (times: number, address = '192.0.2.1') => {
    const line = `Nov 23 10:00:00 web01 sshd[812]: Failed password for root from ${address} port 50112 ssh2\n`;
    fs.appendFileSync(path, line.repeat(times));
  };
  const rules = () => host.detections.map((detection) => Number(detection.rule.id));
  return { engine: () => engine, restart, host, path, folder, policy, fail, rules };
}

test('S8: five failed logins are four low detections and one high, with the lines that made it', async (t) => {
  const { engine, host, path, policy, fail, rules } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  fail(4);
  await host.waitFor(4);
  await wait(100);
  assert.deepEqual(rules(), [900101, 900101, 900101, 900101]);
  fail(1);
  const detection = (await host.waitFor(5))[4]!;
  const { kind, rule, severity, subject, source, user, attack, log, raw } = detection;
  assert.deepEqual(
    { kind, id: rule.id, severity, subject, source, user, attack },
    {
      kind: 'log.matched',
      id: '900120',
      severity: 'high',
      subject: '192.0.2.1',
      source: { address: '192.0.2.1', port: 50112 },
      user: { name: 'root' },
      attack: ['T1110.001'],
    },
  );
  assert.deepEqual(
    [log?.source, log?.program, log?.decoder, log?.level, log?.lines.length],
    [path, 'sshd', 'sshd', 10, 5],
  );
  assert.equal(raw, log?.lines[4]);
  assert.equal(engine().status().state, 'active');
  assert.equal(engine().status().figures['linesRead'], 5);
});

test('after a restart no line is told twice and none is missed', async (t) => {
  const { engine, restart, host, path, policy, fail, rules } = ground(t);
  fs.writeFileSync(path, 'Nov 23 10:00:00 web01 sshd[1]: Failed password for root from 192.0.2.9 port 1 ssh2\n');
  await engine().apply(policy());
  fail(1, '192.0.2.1');
  await host.waitFor(1);
  await restart();
  fail(1, '192.0.2.2');
  await engine().apply(policy());
  await host.waitFor(2);
  await wait(100);
  assert.deepEqual(
    host.detections.map((detection) => detection.subject),
    ['192.0.2.1', '192.0.2.2'],
  );
  assert.deepEqual(rules(), [900101, 900101]);
});

test('S8: failed logins before and after a restart count together', async (t) => {
  const { engine, restart, host, path, policy, fail, rules } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  fail(4);
  await host.waitFor(4);
  await restart();
  await engine().apply(policy());
  fail(1);
  await host.waitFor(5);
  assert.equal(rules()[4], 900120);
  assert.equal(host.detections[4]?.log?.lines.length, 5);
  // What has fired is not counted again.
  await restart();
  await engine().apply(policy());
  fail(4);
  await host.waitFor(9);
  assert.deepEqual(rules().slice(5), [900101, 900101, 900101, 900101]);
});

test('lines written while the agent was away keep their own time: three days of them are no burst', async (t) => {
  const { engine, restart, host, path, policy, rules } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  await restart();
  const dayMs = 86_400_000;
  for (let day = 5; day > 0; day--) {
    const time = new Date(Date.now() - day * dayMs).toISOString();
    fs.appendFileSync(path, `${time} web01 sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2\n`);
  }
  await engine().apply(policy());
  const [first] = await host.waitFor(5);
  assert.ok(Math.abs(Date.parse(first!.occurredAt) - (Date.now() - 5 * dayMs)) < 60_000);
  assert.ok(!rules().includes(900120));
});

test('a file that is wrong is refused with line and column, and the rules before stay in force', async (t) => {
  const { engine, host, path, policy, fail } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  const wrong = {
    name: 'local.xml',
    xml: '<group name="a">\n  <rule id="100000" level="5"><regex>\\q</regex></rule>\n</group>',
  };
  await assert.rejects(
    engine().apply(policy({ ruleFiles: [wrong] })),
    (error) => error instanceof PolicyFault && /local\.xml:2:\d+: `<regex>`/.test(error.message),
  );
  await assert.rejects(engine().apply({ ...policy(), sources: [{ path: 'auth.log', format: 'syslog' }] }), PolicyFault);
  fail(1);
  await host.waitFor(1);
  assert.equal(engine().status().state, 'active');
});

test('new rules take the place of the old ones while the logs are followed on', async (t) => {
  const { engine, host, path, policy, fail, rules } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  fail(1);
  await host.waitFor(1);
  const own = {
    name: 'local.xml',
    xml: '<group name="own,"><rule id="100001" level="12"><match>Failed password</match></rule></group>',
  };
  await engine().apply(policy({ ruleFiles: [own] }));
  fail(1);
  await host.waitFor(2);
  assert.deepEqual(rules(), [900101, 100001]);
  assert.equal(host.detections[1]?.rule.name, 'Rule 100001');
  await engine().apply(policy({ ruleFiles: [own], recordLevel: 13 }));
  fail(1);
  await wait(200);
  assert.equal(host.detections.length, 2, 'below the level that is recorded');
});

test('the state of the module is what it is', async (t) => {
  const { engine, path, policy } = ground(t);
  assert.equal(engine().status().causes[0]?.code, 'policy_not_applied');
  await engine().apply(policy());
  const lacking = engine().status();
  assert.deepEqual([lacking.state, lacking.lacks], ['lacking', path]);
  assert.equal(lacking.install, 'sakimori-agent engines install --modules loginspection');
  fs.writeFileSync(path, '');
  for (let turn = 0; turn < 300 && engine().status().state !== 'active'; turn++) await wait(10);
  assert.equal(engine().status().state, 'active');
  assert.equal(engine().status().figures['followedLogs'], 1);
  await engine().apply(policy({ state: 'off' }));
  assert.equal(engine().status().state, 'off');
});

test('a log that may not be read is said to be so', async (t) => {
  const { engine, path, policy } = ground(t);
  fs.writeFileSync(path, '');
  fs.chmodSync(path, 0o000);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await engine().apply(policy());
    const { state, causes } = engine().status();
    assert.deepEqual([state, causes[0]?.code], ['degraded', 'loginspection_unreadable']);
    assert.deepEqual(causes[0]?.facts, { count: 1, example: path, code: 'EACCES' });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

test('switched off and on again, what was written meanwhile stays unread', async (t) => {
  const { engine, host, path, policy, fail } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(policy());
  await engine().apply(policy({ state: 'off' }));
  fail(1, '192.0.2.1');
  await engine().apply(policy());
  fail(1, '192.0.2.2');
  await host.waitFor(1);
  await wait(100);
  assert.deepEqual(
    host.detections.map((detection) => detection.subject),
    ['192.0.2.2'],
  );
});

test('hostile lines become valid detections', async (t) => {
  const { engine, host, path, policy } = ground(t);
  fs.writeFileSync(path, '');
  await engine().apply(
    policy({
      ruleFiles: [
        {
          name: 'all.xml',
          xml: '<group name="a,"><rule id="100002" level="5"><program_name>sshd</program_name></rule></group>',
        },
      ],
    }),
  );
  const name = `${'😀'.repeat(300)}\u0000\u001b[2J`;
  fs.appendFileSync(
    path,
    `Nov 23 10:00:00 web01 sshd[1]: Failed password for invalid user ${name} from ${'a'.repeat(300)} port 99999 ssh2\n`,
  );
  fs.appendFileSync(
    path,
    Buffer.concat([Buffer.from('Nov 23 10:00:00 web01 sshd[1]: '), Buffer.alloc(20_000, 0xff), Buffer.from('\n')]),
  );
  const [first, second] = await host.waitFor(2);
  assert.equal(first?.source?.port, undefined);
  assert.ok(first?.user?.name.isWellFormed());
  assert.ok((second?.raw?.length ?? 0) <= 8192);
});
