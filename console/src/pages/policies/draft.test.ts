import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolicyDocument } from '@sakimori/contract';
import { type Draft, readDraft, toDraft } from './draft.ts';

const document = PolicyDocument.parse({
  modules: {
    antimalware: { state: 'off' },
    webreputation: { state: 'off' },
    firewall: { state: 'off' },
    intrusion: { state: 'on' },
    integrity: {
      state: 'on',
      rules: [{ id: 'etc', name: { ja: '設定', en: 'Settings' }, severity: 'high', include: ['/etc'] }],
    },
    loginspection: {
      state: 'on',
      sources: [{ path: '/var/log/auth.log', format: 'syslog' }],
      decoderFiles: [],
      ruleFiles: [{ name: 'ssh', xml: '<group/>' }],
      ruleNamesJa: { '900101': 'sshd：ログイン失敗' },
    },
  },
});

test('a policy that nobody touched comes out of the editor as it went in', () => {
  assert.deepEqual(readDraft(toDraft(document)), { document });
});

test('switching a module and editing a rule reach the document', () => {
  const draft = toDraft(document);
  const edited = readDraft({
    ...draft,
    states: { ...draft.states, intrusion: 'off' },
    rulesText: draft.rulesText.replace('/etc', '/srv'),
  });
  assert.ok('document' in edited);
  assert.equal(edited.document.modules.intrusion.state, 'off');
  assert.deepEqual(edited.document.modules.integrity.rules[0]?.include, ['/srv']);
});

test('rules of others are asked for, kept and taken back; a wrong address is told at its field', () => {
  const draft = toDraft(document);
  const intrusionOf = (community: Partial<Draft['community']>) => {
    const read = readDraft({ ...draft, community: { ...draft.community, ...community } });
    return 'document' in read ? read.document.modules.intrusion : read.problems.map(({ field, path }) => field + path);
  };
  assert.deepEqual(intrusionOf({ isOn: true }), { state: 'on', communityRules: { everyHours: 24 } });
  assert.deepEqual(intrusionOf({ isOn: false, wasOn: true }), { state: 'on', communityRules: null });
  const url = 'https://mirror.example/x.tar.gz';
  assert.deepEqual(intrusionOf({ isOn: true, url }), { state: 'on', communityRules: { url, everyHours: 24 } });
  assert.deepEqual(intrusionOf({ isOn: true, url: 'file:///etc/passwd' }), ['communityUrl.url']);
});

test('broken JSON is told at its field', () => {
  const read = readDraft({ ...toDraft(document), rulesText: '[{' });
  assert.ok('problems' in read);
  assert.deepEqual(
    read.problems.map(({ field, path }) => [field, path]),
    [['rulesText', 'JSON']],
  );
});

test('a rule that is not one is told with its place in the list', () => {
  const read = readDraft({
    ...toDraft(document),
    rulesText: '[{"id":"x"}]',
    sourcesText: '[{"path":"","format":"xml"}]',
  });
  assert.ok('problems' in read);
  const places = read.problems.map(({ field, path }) => `${field}${path}`);
  for (const place of ['rulesText[0].include', 'rulesText[0].severity', 'sourcesText[0].path', 'sourcesText[0].format'])
    assert.ok(places.includes(place), `${place} in ${places}`);
});

test('a number out of bounds is told with its path', () => {
  const read = readDraft({ ...toDraft(document), recordLevel: 99 });
  assert.ok('problems' in read);
  assert.equal(read.problems[0]?.path, 'modules.loginspection.recordLevel');
});
