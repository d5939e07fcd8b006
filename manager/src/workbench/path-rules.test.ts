import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Detection, Refusal, type RuleDraftDetail, refusalText, routes } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { startBench, type TestBench } from '../../../test/workbench.ts';

/** Rules for integrity monitoring on the workbench, and what each plan says of it. */
let bench: TestBench;
let account: string;
let host: Awaited<ReturnType<TestBench['makeHost']>>;

before(async () => {
  bench = await startBench();
  account = await bench.makeAccount('highend', 'Yamato');
  host = await bench.makeHost(account, 'web01');
});
after(() => bench?.stop());

const xml = `<FileSet base="/srv/shop">
  <include key="**.php"/>
  <exclude key="cache/*"/>
  <attributes><contents/><created/></attributes>
</FileSet>`;
const body = (text: string) => ({
  module: 'integrityMonitoring' as const,
  name: '店舗サイトの改ざん',
  text,
  severity: 'high' as const,
});
const draft = (text: string, more: { ticketId?: string; quoteId?: string } = {}, accountId = account) =>
  bench.operator(routes.createRuleDraft, { params: { accountId }, body: { ...body(text), ...more } });
const on = (one: Pick<RuleDraftDetail, 'id'>) => ({ params: { draftId: one.id } });
const reason = 'agreed with Mr Sato';

const changeOf = (path: string, changed: string[], more: Partial<Detection> = {}): Partial<Detection> => ({
  ...{ module: 'integrity', kind: 'file.modified', rule: { id: 'integrity.1', name: 'All' }, severity: 'low' },
  file: { path, changed, after: { type: 'file' } },
  ...more,
});

test('S97: a new rule for integrity monitoring shows its hits on the last 30 days, starts low, and is promoted', async () => {
  await bench.detect(host, 33, changeOf('/srv/shop/index.php', ['content']));
  await bench.detect(host, 12, changeOf('/srv/shop/index.php', ['content']));
  await bench.detect(host, 3, changeOf('/srv/shop/a/b.php', ['mode', 'content']));
  await bench.detect(host, 3, changeOf('/srv/shop/a/b.php', ['mode']));
  await bench.detect(host, 3, changeOf('/srv/shop/cache/x.php', ['content']));
  await bench.detect(host, 2, changeOf('/srv/shop/readme.txt', ['content']));
  const made = await draft(xml, { ticketId: await bench.ask(account) });
  assert.deepEqual(made.check.faults, []);
  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'stored' } });
  assert.deepEqual([found.looked, found.hits], [5, 2], JSON.stringify(found));
  assert.deepEqual(
    found.items.map(({ text }) => text),
    ['/srv/shop/a/b.php (mode, content)', '/srv/shop/index.php (content)'],
  );
  assert.deepEqual(found.limits, ['stored_paths']);
  const { items } = await bench.operator(routes.listRuleTargets, on(made));
  const staged = await bench.operator(routes.stageRuleDraft, {
    ...on(made),
    body: { version: 1, targets: [items.find(({ name }) => name === 'web01')!], reason },
  });
  const path = { accountId: account, module: 'integrityMonitoring' as const, ruleId: staged.ruleId! };
  assert.equal((await bench.operator(routes.getRule, { params: path })).severity, 'low');
  await bench.operator(routes.promoteRuleDraft, { ...on(made), body: { version: 1, reason } });
  assert.equal((await bench.operator(routes.getRule, { params: path })).severity, 'high');
});

test('S97, in part: a list of paths says which of them the rule would watch', async () => {
  const made = await draft(xml);
  const paths = ['/srv/shop/index.php', '/srv/shop/cache/x.php', '/srv/shop/../../etc/passwd', '/etc/passwd', 'x'];
  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'paths', paths } });
  assert.deepEqual([found.looked, found.hits, found.items], [5, 1, [{ line: 1, text: '/srv/shop/index.php' }]]);
  assert.deepEqual(found.limits, ['paths_alone']);
});

test('S97, in part: changes of users, ports and the like are compared by kind, key and attribute', async () => {
  const entityOf = (key: string, changed: string[]): Partial<Detection> => ({
    ...{
      module: 'integrity',
      kind: 'entity.user.changed',
      rule: { id: 'integrity.2', name: 'Users' },
      severity: 'low',
    },
    entity: { kind: 'user', key, changed },
  });
  await bench.detect(host, 2, entityOf('root', ['shell']));
  await bench.detect(host, 1, entityOf('taro', ['shell']));
  const made = await draft('<UserSet>\n  <include key="root"/>\n  <attributes><shell/></attributes>\n</UserSet>');
  assert.deepEqual(made.check.faults, []);
  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'stored' } });
  assert.deepEqual(
    found.items.map(({ text }) => text),
    ['user root (shell)'],
    JSON.stringify(found),
  );
});

const faulty: readonly [string, string, number | undefined, RegExp][] = [
  ['broken XML', '<FileSet base="/srv">\n  <include', 2, /not well-formed/],
  [
    'a bomb of entities',
    '<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<FileSet base="/srv"><include key="&a;"/></FileSet>',
    1,
    /document type/,
  ],
  ['nothing but Windows', '<RegistryKeySet base="HKLM"/>', undefined, /Nothing of the rule/],
];
for (const [what, text, line, says] of faulty)
  test(`what is wrong is told with its line: ${what}`, async () => {
    const made = await draft(text);
    assert.equal(made.check.isSound, false, JSON.stringify(made.check));
    assert.match(made.check.faults[0]!.text, says);
    assert.equal(made.check.faults[0]!.line, line);
    await refusedWith(bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'stored' } }), 'rule_faulty');
  });

test('what agents cannot watch is said, and the rest stays', async () => {
  const { check } = await draft('<FileSet base="/srv">\n  <include key="*"/>\n  <colour/>\n</FileSet>');
  assert.deepEqual(
    check.remarks.map(({ code }) => code),
    ['unsupported'],
  );
  assert.equal(check.isSound, true);
});

test('S33, in part: Standard is refused with the way up; Advanced needs a quote that was approved, at every step (S34)', async () => {
  const standard = await bench.makeAccount('standard', 'Musashi');
  await assert.rejects(draft(xml, {}, standard), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, 'not_in_plan');
    assert.match(refusalText('ja', error), /上位プラン/);
    return true;
  });
  const advanced = await bench.makeAccount('advanced', 'Echizen');
  const at = await bench.makeHost(advanced, 'db01');
  await bench.detect(at, 1, changeOf('/srv/shop/index.php', ['content']));
  await refusedWith(draft(xml, { ticketId: await bench.ask(advanced) }, advanced), 'quote_needed');
  const params = { accountId: advanced };
  const offer = { feature: 'consulting.tuning' as const, title: 'ルール', unitYen: 80_000, validUntil: '2099-12-31' };
  const quote = await bench.operator(routes.createQuote, { params, body: offer });
  await refusedWith(draft(xml, { quoteId: quote.id }, advanced), 'quote_not_approved');
  await bench.operator(routes.decideQuote, {
    params: { ...params, quoteId: quote.id },
    body: { decision: 'approved', by: '佐藤', how: 'phone' },
  });
  await refusedWith(draft(xml, { quoteId: quote.id }, account), 'not_found');
  const made = await draft(xml, { quoteId: quote.id }, advanced);
  const found = await bench.operator(routes.tryRuleDraft, { ...on(made), body: { on: 'stored' } });
  assert.equal(found.hits, 1);
  const { items } = await bench.operator(routes.listRuleTargets, on(made));
  const body = { version: 1, targets: [items.find(({ name }) => name === 'db01')!], reason };
  assert.equal((await bench.operator(routes.stageRuleDraft, { ...on(made), body })).state, 'staged');
});
