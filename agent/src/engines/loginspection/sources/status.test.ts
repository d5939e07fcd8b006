import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ModuleStatus } from '@sakimori/contract/module';
import { hasPhrase, phrase } from '@sakimori/contract/phrase';
import { LogInspectionPolicy } from '@sakimori/contract/policy';
import { createRecordingHost } from '../../recording-host.ts';
import { createLogInspectionEngine } from '../index.ts';
import { statusOf } from '../status.ts';
import { ground } from './ground.ts';
import type { SourcesStanding } from './index.ts';
import { journalGround, sshd, whyNoJournal } from './journal-ground.ts';

const sound: SourcesStanding = {
  ...{ followed: 3, unreadable: [], leftOut: 0, limit: 1000, isCutShort: false, cut: 0, holeBytes: 0 },
  journal: undefined,
};
const policy = LogInspectionPolicy.parse({ state: 'on', sources: [], decoderFiles: [], ruleFiles: [] });
const statusFor = (sources: Partial<SourcesStanding>) =>
  ModuleStatus.parse(
    statusOf({ policy, sources: { ...sound, ...sources }, linesRead: 1, linesFailed: 0, rules: 1, decoders: 1 }),
  );

test('what keeps logs from being read is a cause with its figures, in both languages', () => {
  const journal = { isReading: true, entries: 7, problem: undefined, gaps: 0 };
  const causes = {
    loginspection_unreadable: { unreadable: [{ path: '/l/x', code: 'SYMLINK' }] },
    loginspection_too_many_logs: { leftOut: 50 },
    loginspection_folders_cut: { isCutShort: true },
    loginspection_hole: { holeBytes: 1_500_000 },
    loginspection_journal_failing: { journal: { ...journal, problem: 'Failed to open' } },
    loginspection_journal_gap: { journal: { ...journal, gaps: 2 } },
  };
  for (const [code, sources] of Object.entries(causes)) {
    const status = statusFor(sources);
    assert.deepEqual([status.state, status.causes.map((cause) => cause.code)], ['degraded', [code]]);
    for (const language of ['ja', 'en'] as const) {
      const text = phrase(language, `module.cause.${code}` as never, status.causes[0]!.facts as never);
      for (const value of Object.values(status.causes[0]!.facts))
        assert.ok(text.includes(String(value)) || value === 1000, text);
    }
  }
  const { state, figures } = statusFor({ journal, followed: 0, cut: 3 });
  assert.deepEqual([state, figures['journalEntries'], figures['linesCut']], ['active', 7, 3]);
  for (const name of Object.keys(figures)) assert.ok(hasPhrase(`module.figure.${name}`), name);
  assert.equal(statusFor({ followed: 0 }).state, 'lacking');
});

const rulesFolder = join(import.meta.dirname, '../../../../../rules/loginspection');
const shipped = (...names: string[]) =>
  names.map((name) => ({ name, xml: readFileSync(join(rulesFolder, name), 'utf8') }));

test('S8, in part: on a host without files of syslog the fifth failed login in the journal is told, over a restart', {
  skip: whyNoJournal ?? false,
}, async (t) => {
  const journal = journalGround(t);
  const { folder, path } = ground(t);
  const host = createRecordingHost('loginspection', folder);
  const create = () => createLogInspectionEngine(host, { directory: journal.folder });
  let engine = create();
  t.after(() => engine.stop());
  const policyHere = LogInspectionPolicy.parse({
    ...{ state: 'on', sources: [{ path: path('auth.log'), format: 'syslog' }], journal: 'without-files' },
    decoderFiles: shipped('pam.decoders.xml', 'sshd.decoders.xml'),
    ruleFiles: shipped('pam.rules.xml', 'sshd.rules.xml'),
  });
  journal.write([sshd('Server listening on 0.0.0.0 port 22.')]);
  await wait(300);
  await engine.apply(policyHere);
  assert.equal(engine.status().state, 'active');
  const fail = (times: number) =>
    journal.write(Array.from({ length: times }, () => sshd('Failed password for root from 192.0.2.1 port 50112 ssh2')));
  fail(3);
  await host.waitFor(3);
  await engine.stop();
  fail(1);
  await wait(300);
  engine = create();
  await engine.apply(policyHere);
  await host.waitFor(4);
  await wait(300);
  assert.deepEqual(
    host.detections.map(({ rule }) => rule.id),
    ['900101', '900101', '900101', '900101'],
  );
  fail(1);
  const last = (await host.waitFor(5))[4]!;
  assert.deepEqual(
    [last.rule.id, last.log?.source, last.log?.program, last.log?.lines.length],
    ['900120', 'journald', 'sshd', 5],
  );
  assert.equal(engine.status().figures['journalEntries'], 2);
});
