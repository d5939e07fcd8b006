import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RuleDraftDetail, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { lineDetection, startBench, type TestBench } from '../../../test/workbench.ts';

/** A rule for log inspection from its first word to its promotion, with the agent's real engine and real detections. */
let bench: TestBench;
let account: string;
let host: Awaited<ReturnType<TestBench['makeHost']>>;

before(async () => {
  bench = await startBench();
  account = await bench.makeAccount('highend', 'Yamato');
  host = await bench.makeHost(account, 'web01');
});
after(() => bench?.stop());

const rule = (inner: string, level = 10) =>
  `<group name="ours,sshd,">
  <rule id="100100" level="${level}">
    <if_sid>900101</if_sid>
${inner}
    <description>Login of root failed</description>
  </rule>
</group>
`;
const ofRoot = rule('    <user>^root$</user>');
const failed = (user: string, minute: number) =>
  `Nov 23 10:${String(minute).padStart(2, '0')}:00 web01 sshd[812]: Failed password for ${user} from 192.0.2.1 port 5 ssh2`;

async function draft(text = ofRoot, more: Partial<Parameters<typeof body>[1]> = {}): Promise<RuleDraftDetail> {
  return bench.operator(routes.createRuleDraft, { params: { accountId: account }, body: body(text, more) });
}
const body = (text: string, more: { ticketId?: string; name?: string } = {}) => ({
  ...{ module: 'logInspection' as const, name: 'root の認証失敗', text, logs: ['/var/log/auth.log'] },
  ...more,
});
const on = (one: Pick<RuleDraftDetail, 'id'>) => ({ params: { draftId: one.id } });
const stored = { on: 'stored' as const };
const targetsOf = async (one: RuleDraftDetail) => (await bench.operator(routes.listRuleTargets, on(one))).items;
const reason = 'agreed with Mr Sato';

test('S97: a new rule for log inspection shows its hits on the last 30 days, starts in detect mode, and is promoted', async () => {
  for (const [days, user] of [
    [40, 'root'],
    [29, 'root'],
    [3, 'taro'],
    [2, 'root'],
    [1, 'root'],
  ] as const)
    await bench.detect(host, days, lineDetection(failed(user, days)));
  const ticketId = await bench.ask(account);
  const made = await draft(ofRoot, { ticketId });
  assert.deepEqual([made.state, made.version, made.check], ['draft', 1, { isSound: true, faults: [], remarks: [] }]);
  const targets = await targetsOf(made);
  const web = targets.find(({ kind, name }) => kind === 'computer' && name === 'web01')!;
  const staging = { version: 1, targets: [web], reason };
  await refusedWith(bench.operator(routes.stageRuleDraft, { ...on(made), body: staging }), 'rule_not_tried');

  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
  assert.deepEqual([found.looked, found.hits, found.hosts], [4, 3, 1]);
  assert.ok(
    found.items.every(({ text, ruleId, hostName }) => /root/.test(text) && ruleId === '100100' && hostName === 'web01'),
  );
  assert.deepEqual(found.limits, ['stored_lines']);
  assert.equal(found.byDay.length, 3);

  const staged = await bench.operator(routes.stageRuleDraft, { ...on(made), body: staging });
  assert.deepEqual(
    [staged.state, staged.placedVersion, staged.targets.map(({ name }) => name)],
    ['staged', 1, ['web01']],
  );
  const xml = async () => {
    const path = { accountId: account, module: 'logInspection' as const, ruleId: staged.ruleId! };
    return (await bench.operator(routes.getRule, { params: path })).texts.map(({ text }) => text).join();
  };
  assert.match(await xml(), /level="6"/, 'so low that it opens no alert');
  const promoted = await bench.operator(routes.promoteRuleDraft, {
    ...on(made),
    body: { version: 1, reason: 'three quiet days', targets: [targets.find(({ kind }) => kind === 'policy')!] },
  });
  assert.deepEqual([promoted.state, promoted.targets.map(({ kind }) => kind)], ['live', ['policy']]);
  assert.match(await xml(), /level="10"/);
  const gone = await bench.operator(routes.withdrawRuleDraft, { ...on(made), body: { reason: 'no longer needed' } });
  assert.deepEqual([gone.state, gone.ruleId, gone.targets], ['withdrawn', undefined, []]);
  assert.deepEqual(
    gone.steps.map(({ step, reason: why, by }) => [step, why, by]),
    [
      ['withdrawn', 'no longer needed', 'A operator'],
      ['promoted', 'three quiet days', 'A operator'],
      ['staged', reason, 'A operator'],
    ],
  );
  await refusedWith(xml(), 'not_found');
  const { items } = await bench.operator(routes.listAudit, { query: { accountId: account } });
  for (const step of ['created', 'tried', 'staged', 'promoted', 'withdrawn'])
    assert.ok(
      items.some(({ action, target }) => action === `ruleDraft.${step}` && target === `ruleDraft:${made.id}`),
      step,
    );
});

test('S97, in part: a log is run through the engine; what counts by time counts by the lines’ own', async () => {
  const counted = `<group name="ours,">
  <rule id="100101" level="12" frequency="3" timeframe="60"><if_matched_sid>900101</if_matched_sid><same_source_ip/><description>three</description></rule>
</group>`;
  const made = await draft(counted);
  const tryOn = (minutes: readonly number[]) => {
    const text = minutes.map((minute) => `${failed('root', minute)}\n`).join('');
    return bench.operator(routes.tryRuleDraft, {
      ...on(made),
      body: { on: 'log' as const, name: '../../etc/auth.log', text },
    });
  };
  const quick = await tryOn([1, 1, 1, 1, 1, 1, 1]);
  assert.equal(quick.looked, 7);
  assert.ok(quick.hits >= 1 && quick.items[0]!.line! >= 3, JSON.stringify(quick));
  assert.equal((await tryOn([1, 5, 10, 15, 20, 25, 30])).hits, 0);
  const shown = await bench.operator(routes.getRuleDraft, on(made));
  assert.deepEqual(
    shown.tries.map(({ name }) => name),
    ['../../etc/auth.log', '../../etc/auth.log'],
  );
});

test('S97, in part: Sigma is tried by the same engine', async () => {
  const sigma = `title: Login of root failed
id: 6f1b3b1e-6f0a-4e0b-9a55-0d2a54f6c001
logsource:
  product: linux
  service: sshd
detection:
  keywords:
    - 'Failed password for root'
  condition: keywords
level: high
`;
  const made = await draft(sigma);
  assert.deepEqual(made.check.faults, []);
  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
  assert.deepEqual([found.hits, found.items[0]?.ruleName], [3, 'Login of root failed']);
});

test('versions stay; a newer one than the staged is staged anew, and nothing else is promoted', async () => {
  const ticketId = await bench.ask(account);
  const made = await draft(ofRoot, { ticketId });
  const [target] = (await targetsOf(made)).filter(({ kind }) => kind === 'computer');
  await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
  await bench.operator(routes.stageRuleDraft, { ...on(made), body: { version: 1, targets: [target!], reason } });
  const change = { name: 'root の認証失敗', text: rule('    <user>^root$|^admin$</user>'), note: 'admin, too' };
  const changed = await bench.operator(routes.changeRuleDraft, { ...on(made), body: { ...change, basedOn: 1 } });
  assert.deepEqual([changed.version, changed.placedVersion, changed.state], [2, 1, 'staged']);
  assert.deepEqual(
    changed.versions.map(({ version, note }) => [version, note]),
    [
      [2, 'admin, too'],
      [1, ''],
    ],
  );
  await refusedWith(
    bench.operator(routes.changeRuleDraft, { ...on(made), body: { ...change, basedOn: 1 } }),
    'version_conflict',
  );
  await refusedWith(
    bench.operator(routes.promoteRuleDraft, { ...on(made), body: { version: 2, reason } }),
    'version_conflict',
  );
  const staging = { ...on(made), body: { version: 2, targets: [target!], reason } };
  await refusedWith(bench.operator(routes.stageRuleDraft, staging), 'rule_not_tried');
  await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
  const again = await bench.operator(routes.stageRuleDraft, staging);
  assert.deepEqual([again.placedVersion, again.ruleId], [2, changed.ruleId]);
  assert.equal(
    (await bench.operator(routes.promoteRuleDraft, { ...on(made), body: { version: 2, reason } })).state,
    'live',
  );
  await bench.operator(routes.withdrawRuleDraft, { ...on(made), body: { reason } });
});

test('what cannot be put in force leaves nothing behind', async () => {
  const ticketId = await bench.ask(account);
  const made = await draft(ofRoot, { ticketId });
  await bench.operator(routes.tryRuleDraft, { ...on(made), body: stored });
  const rules = async () =>
    (
      await bench.operator(routes.listRules, { params: { accountId: account }, query: { module: 'logInspection' } })
    ).items.filter(({ own }) => own).length;
  const before = await rules();
  const staging = (targets: { kind: 'computer' | 'policy'; id: number }[]) =>
    bench.operator(routes.stageRuleDraft, { ...on(made), body: { version: 1, targets, reason } });
  await refusedWith(staging([{ kind: 'computer', id: 4711 }]), 'not_found');
  assert.equal(await rules(), before);
  const notAsked = await draft();
  await bench.operator(routes.tryRuleDraft, { ...on(notAsked), body: stored });
  const [target] = await targetsOf(notAsked);
  await refusedWith(
    bench.operator(routes.stageRuleDraft, { ...on(notAsked), body: { version: 1, targets: [target!], reason } }),
    'rule_not_asked',
  );
  await refusedWith(draft(ofRoot, { ticketId: await bench.ask(account, 'inquiry') }), 'ticket_not_consulting');
});

const faulty: readonly [string, string, number | undefined, RegExp][] = [
  ['broken XML', '<group name="x,">\n  <rule id="1000', 2, /not well-formed/],
  [
    'a bomb of entities',
    '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]>\n<group name="x,"/>',
    1,
    /document type/,
  ],
  ['an element that is not known', rule('    <colour>red</colour>'), 4, /colour/],
  ['catastrophic backtracking', rule('    <pcre2>^(?:a+)+$</pcre2>'), 4, /catastrophic/],
  ['catastrophic backtracking by type', rule('    <match type="pcre2">(?:\\w+\\s?)*=</match>'), 4, /catastrophic/],
  ['a rule that is nowhere', rule('').replace('900101', '999999'), undefined, /999999/],
  [
    'catastrophic Sigma',
    `title: x\nid: 6f1b3b1e-6f0a-4e0b-9a55-0d2a54f6c002\nlogsource:\n  product: linux\ndetection:\n  a:\n    message|re: '^(a+)+$'\n  condition: a\nlevel: low\n`,
    7,
    /catastrophic/,
  ],
];
for (const [what, text, line, says] of faulty)
  test(`what is wrong is told with its line, and meets no engine: ${what}`, async () => {
    const { params } = { params: { accountId: account } };
    const { isSound, faults } = await bench.operator(routes.checkRuleDraft, { params, body: body(text) });
    assert.equal(isSound, false);
    assert.match(faults[0]!.text, says);
    if (line !== undefined) assert.equal(faults[0]!.line, line, JSON.stringify(faults));
    const made = await draft(text);
    assert.deepEqual(made.check.faults, faults, 'it is kept all the same');
    await refusedWith(bench.operator(routes.tryRuleDraft, { ...on(made), body: stored }), 'rule_faulty');
    await refusedWith(
      bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'log', name: 'a', text: 'a\n' } }),
      'rule_faulty',
    );
  });

test('another account’s drafts, tickets and hosts are not there; customers have no workbench', async () => {
  const made = await draft();
  const other = await bench.makeAccount('highend', 'Musashi');
  for (const role of ['customer-admin', 'customer-viewer'] as const)
    for (const accountId of [account, other]) {
      const customer = bench.door.service.as(actorOf(role, accountId));
      await refusedWith(customer(routes.listRuleDrafts, { query: {} }), 'forbidden');
      await refusedWith(customer(routes.getRuleDraft, on(made)), 'forbidden');
      await refusedWith(customer(routes.tryRuleDraft, { ...on(made), body: stored }), 'forbidden');
      await refusedWith(customer(routes.createRuleDraft, { params: { accountId }, body: body(ofRoot) }), 'forbidden');
    }
  // The database itself keeps them apart, whatever a route asks.
  const { database } = bench.door.platform;
  const { selectDraft, selectDrafts } = await import('./store.ts');
  assert.equal(await database.as(other, (tx) => selectDraft(tx, made.id)), undefined);
  assert.deepEqual(await database.as(other, (tx) => selectDrafts(tx, { limit: 10 })), []);
  assert.ok((await database.as(account, (tx) => selectDrafts(tx, { limit: 10 }))).length > 0);
  const foreign = await bench.ask(other);
  await refusedWith(draft(ofRoot, { ticketId: foreign }), 'not_found');
  const elsewhere = await bench.operator(routes.createRuleDraft, { params: { accountId: other }, body: body(ofRoot) });
  const found = await bench.operator(routes.tryRuleDraft, { ...on(elsewhere), body: stored });
  assert.deepEqual([found.looked, found.hits], [0, 0], 'nothing of the first account');
  const [policy] = (await targetsOf(elsewhere)).filter(({ kind }) => kind === 'computer');
  assert.equal(policy, undefined);
});
