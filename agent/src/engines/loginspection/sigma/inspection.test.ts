import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { LogInspectionPolicy } from '@sakimori/contract/policy';
import { readSigma } from '@sakimori/contract/sigma/read';
import { PolicyFault } from '../../engine.ts';
import { createRecordingHost } from '../../recording-host.ts';
import { createLogInspectionEngine } from '../index.ts';

/** Sigma within the engine: real files are followed, and what is found is told as any other detection. */
const rulesFolder = join(import.meta.dirname, '../../../../../rules/loginspection');
const shipped = (name: string) => ({ name, xml: fs.readFileSync(join(rulesFolder, name), 'utf8') });

function ground(t: TestContext, yaml: string) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'sakimori-sigma-'));
  const host = createRecordingHost('loginspection', folder);
  const paths = { auth: join(folder, 'auth.log'), audit: join(folder, 'audit.log') };
  for (const path of Object.values(paths)) fs.writeFileSync(path, '');
  const policy = (change: Partial<LogInspectionPolicy> = {}) =>
    LogInspectionPolicy.parse({
      state: 'on',
      sources: [
        { path: paths.auth, format: 'syslog' },
        { path: paths.audit, format: 'plain' },
      ],
      decoderFiles: [shipped('pam.decoders.xml'), shipped('sshd.decoders.xml')],
      ruleFiles: [shipped('pam.rules.xml'), shipped('sshd.rules.xml')],
      sigma: readSigma(yaml, () => undefined),
      ...change,
    });
  let engine = createLogInspectionEngine(host);
  t.after(async () => {
    await engine.stop();
    fs.rmSync(folder, { recursive: true });
  });
  const restart = async () => {
    await engine.stop();
    engine = createLogInspectionEngine(host);
  };
  const ids = () => host.detections.map(({ rule }) => rule.id);
  return { engine: () => engine, restart, host, paths, policy, ids };
}

const failed = (address: string) =>
  `Nov 23 10:00:00 web01 sshd[812]: Failed password for root from ${address} port 50112 ssh2\n`;
const base = '6f3e2987-db24-4c78-a860-b4f4095a7001';
const many = '6f3e2987-db24-4c78-a860-b4f4095a7002';
const counted = `title: A failed login of root
title_ja: root のログイン失敗
id: ${base}
name: root_failed
description: Somebody tries root.
falsepositives: [An administrator, A script]
tags: [attack.t1110.001]
logsource: { product: linux, service: sshd }
detection:
  failed: { dstuser: root }
  word: [failed password]
  condition: failed and word
level: medium
---
title: Root tried three times
id: ${many}
level: critical
correlation:
  type: event_count
  rules: [root_failed]
  group-by: [srcip]
  timespan: 10m
  condition: { gte: 3 }
generate: true
`;

test('a Sigma rule is told beside the rules that count, and neither disturbs the other', async (t) => {
  const { engine, host, paths, policy, ids } = ground(t, counted);
  await engine().apply(policy());
  fs.appendFileSync(paths.auth, failed('192.0.2.1').repeat(5));
  await host.waitFor(11);
  await wait(50);
  const both = ['900101', base];
  assert.deepEqual(ids(), [...both, ...both, ...both, many, ...both, '900120', base]);
  const detection = host.detections[1]!;
  assert.deepEqual(detection.rule, { id: base, name: 'A failed login of root', nameJa: 'root のログイン失敗' });
  assert.deepEqual(
    [detection.kind, detection.severity, detection.subject, detection.source, detection.user, detection.attack],
    ['log.matched', 'medium', '192.0.2.1', { address: '192.0.2.1', port: 50112 }, { name: 'root' }, ['T1110.001']],
  );
  assert.deepEqual(detection.facts, {
    ...{ groups: 'sigma,sshd,', hostname: 'web01', action: 'password' },
    ...{ description: 'Somebody tries root.', falsePositives: 'An administrator; A script' },
  });
  const correlated = host.detections[6]!;
  assert.deepEqual([correlated.severity, correlated.log?.lines.length], ['critical', 3]);
});

test('what a correlation counted outlives a restart; below the level that is recorded nothing is told', async (t) => {
  const { engine, restart, host, paths, policy, ids } = ground(t, counted);
  const quiet = { recordLevel: 13 };
  await engine().apply(policy(quiet));
  fs.appendFileSync(paths.auth, failed('192.0.2.1').repeat(2));
  await until(() => engine().status().figures['linesRead'] === 2);
  await restart();
  await engine().apply(policy(quiet));
  fs.appendFileSync(paths.auth, failed('192.0.2.1'));
  await host.waitFor(1);
  assert.deepEqual(ids(), [many]);
});

test('an audited process is told with its records, its command line and its user', async (t) => {
  const yaml =
    'title: A shell of the web server\nlogsource: { product: linux, category: process_creation }\ndetection: { s: { Image|endswith: /sh, User: www-data }, condition: s }\n';
  const { engine, host, paths, policy } = ground(t, yaml);
  await engine().apply(policy());
  const at = 'msg=audit(1700000000.123:456)';
  const records = [
    `type=SYSCALL ${at}: arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=2 uid=33 ses=4 exe="/usr/bin/sh"\x1dSYSCALL=execve UID="www-data"`,
    `type=EXECVE ${at}: argc=3 a0="sh" a1="-c" a2=${Buffer.from('id; uname').toString('hex').toUpperCase()}`,
    `type=PROCTITLE ${at}: proctitle=7368`,
  ];
  fs.appendFileSync(paths.audit, `${records.join('\n')}\n`);
  const [detection] = [await host.waitFor(1)][0]!;
  assert.deepEqual(
    detection!.log?.lines.map((line) => line.replace('\ufffd', '\u001d')),
    records,
  );
  assert.equal(detection!.facts?.['CommandLine'], 'sh -c id; uname');
  assert.equal(detection!.facts?.['Image'], '/usr/bin/sh');
});

test('rules that cannot be carried out are refused, and those before stay in force', async (t) => {
  const { engine, host, paths, policy, ids } = ground(t, counted);
  await engine().apply(policy());
  const [rule] = policy().sigma!.rules;
  const wrong = { rules: [{ ...rule!, detection: { how: 'regex' as const, value: '(' } }], correlations: [] };
  await assert.rejects(engine().apply(policy({ sigma: wrong })), (error) => error instanceof PolicyFault);
  fs.appendFileSync(paths.auth, failed('192.0.2.1'));
  await host.waitFor(2);
  assert.deepEqual(ids(), ['900101', base]);
  await engine().apply(policy({ sigma: undefined }));
  fs.appendFileSync(paths.auth, failed('192.0.2.1'));
  await host.waitFor(3);
  await wait(50);
  assert.deepEqual(ids(), ['900101', base, '900101']);
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 200, 'in time');
    await wait(50);
  }
}
