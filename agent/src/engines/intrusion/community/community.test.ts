import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ModuleStatus } from '@sakimori/contract/module';
import { CommunityRulesSetting } from '@sakimori/contract/policy-intrusion';
import { asker, four, IntrusionSite, policyOf, sqlInjection, whyNoIntrusion } from '../test-site.ts';
import { describeRule, readRules } from './read-rules.ts';

const options = 'flow:established,to_server; http.uri;';
const good = `alert http $EXTERNAL_NET any -> $HTTP_SERVERS any (msg:"ET WEB_SERVER Odd \\"probe\\""; ${options} content:"/odd-probe"; reference:cve,2021-12345; classtype:web-application-attack; sid:2012345; rev:3; metadata:created_at 2011_02_25, mitre_technique_id T1190, signature_severity Major;)`;
const others = Array.from(
  { length: 20 },
  (_, index) =>
    `alert tcp any any -> $HOME_NET $SSH_PORTS (msg:"ET ${index}"; content:"never-${index}"; sid:${2_020_000 + index}; rev:1;)`,
);
const unwelcome = [
  '# alert http any any -> any any (msg:"ET off"; http.uri; content:"/off"; sid:2012346; rev:1;)',
  `drop http any any -> any any (msg:"ET drops"; ${options} content:"/drops"; sid:2012347; rev:1;)`,
  'alert http any any -> any any (msg:"ET writes"; http.user_agent; dataset:set,seen, type string, save /tmp/x; sid:2012348; rev:1;)',
  `alert http any any -> any any (msg:"ours"; ${options} content:"/ours"; sid:9001001; rev:1;)`,
];
const unknown = 'alert http any any -> any any (msg:"ET new"; nosuch.keyword; content:"x"; sid:2012349; rev:1;)';

test('of rules of others those are taken that only alert, leave files alone and have numbers of their own', () => {
  const { lines, leftOut } = readRules([good, ...unwelcome, '', 'nonsense'].join('\n'));
  assert.deepEqual([[...lines.keys()], leftOut], [[2_012_345], 4]);
  const { name, severity, CVE, attack, detectOnly } = describeRule(2_012_345, good);
  assert.deepEqual(
    [name.en, severity, CVE, attack, detectOnly],
    ['ET WEB_SERVER Odd "probe"', 'high', ['CVE-2021-12345'], ['T1190'], true],
  );
  assert.throws(
    () => readRules(Array.from({ length: 200_002 }, (_, n) => `alert x (sid:${n + 1};)`).join('\n')),
    /more than/,
  );
});

test('where they come from is an address of the web without a password', () => {
  const takes = (url: string) => CommunityRulesSetting.safeParse({ url }).success;
  assert.equal(takes('https://mirror.example/et/emerging.rules.tar.gz'), true);
  for (const url of ['file:///etc/passwd', 'ftp://mirror.example/x', 'https://me:secret@mirror.example/x', 'x'])
    assert.equal(takes(url), false, url);
  assert.deepEqual(CommunityRulesSetting.parse({}), { everyHours: 24 });
});

const skip = whyNoIntrusion() || (existsSync('/usr/bin/suricata-update') ? false : 'suricata-update must be installed');
describe('rules of others by suricata-update', { skip }, () => {
  let site: IntrusionSite;
  const port = 8010;
  before(async () => {
    site = new IntrusionSite('comm');
    const web = join(site.folder, 'web');
    const pack = (name: string, lines: readonly string[]) => {
      mkdirSync(join(web, name, 'rules'), { recursive: true });
      writeFileSync(join(web, name, 'rules', 'emerging-test.rules'), `${lines.join('\n')}\n`);
      execFileSync('tar', ['czf', join(web, `${name}.tar.gz`), '-C', join(web, name), 'rules']);
    };
    pack('good', [good, ...others, ...unwelcome, unknown]);
    pack('broken', [unknown, good]);
    writeFileSync(join(web, 'garbage.tar.gz'), 'garbage');
    const args = ['-m', 'http.server', `${port}`, '--bind', asker, '--directory', web];
    site.network.spawn(site.network.client, 'sh', ['-c', 'exec python3 "$@" 2>/dev/null', 'sh', ...args]);
    const isThere = async () => (await site.curl(`http://${asker}:${port}/`, site.network.server)) === '200';
    await site.until(isThere, 'the mirror');
  });
  after(() => site?.remove());

  const mirror = (name: string) => ({
    communityRules: { url: `http://${asker}:${port}/${name}.tar.gz`, everyHours: 24 },
  });
  const noteOf = async (code: string): Promise<NonNullable<ModuleStatus['notes']>[number] | undefined> =>
    (await site.status()).notes?.find((note) => note.code === code);
  const told = (mark: string) => site.detections.find(({ url }) => url?.value.includes(mark));

  test('S2, in part: they are fetched, loaded beside the policy’s and only detect where that prevents; date and number are shown', async () => {
    await site.put(policyOf('prevent', [sqlInjection], mirror('good')));
    const { facts } = await site.until(() => noteOf('intrusion_community'), 'they are fetched');
    assert.deepEqual([facts['count'], Date.parse(String(facts['at'])) > 0], [21, true]);
    await site.until(async () => (await site.status()).figures['intrusionRules'] === 22, 'they are loaded');
    assert.equal(await site.curl(`http://${four}/odd-probe`), '200');
    const one = await site.until(() => told('odd-probe'), 'told');
    assert.deepEqual(
      [one.rule.id, one.rule.name, one.mode, one.action, one.severity, one.facts?.['cve']],
      ['intrusion:2012345', 'ET WEB_SERVER Odd "probe"', 'prevent', 'observed', 'high', 'CVE-2021-12345'],
    );
    assert.equal(await site.curl(`http://${four}/?q=union%20select`), '000');
    const outside = ['/var/lib/suricata/rules', '/var/lib/suricata/update'].filter((path) => existsSync(path));
    assert.deepEqual(
      outside.flatMap((path) => readdirSync(path)),
      [],
      'nothing of the host’s own is touched',
    );
  });

  test('a set that is broken, is no archive or is not there changes nothing and is named; those from before stay', async () => {
    for (const [name, why] of [
      ['broken', /does not take 1 of 2 rules: unknown rule keyword/],
      ['garbage', /no rule in what was fetched/],
      ['absent', /404/],
    ] as const) {
      await site.put(policyOf('prevent', [sqlInjection], mirror(name)));
      const isNamed = async () => why.test(String((await noteOf('intrusion_community_failed'))?.facts['detail']));
      await site.until(isNamed, `${name} is named`);
      assert.equal((await noteOf('intrusion_community'))?.facts['count'], 21, name);
    }
    await site.killAndRestart();
    await site.put(policyOf('detect', [sqlInjection], mirror('absent')));
    assert.equal((await noteOf('intrusion_community'))?.facts['count'], 21, 'also after a restart');
    await site.until(async () => (await site.status()).figures['intrusionRules'] === 22, 'they are loaded');
  });

  test('not wanted any more, they are gone', async () => {
    await site.put(policyOf('detect', [sqlInjection]));
    assert.equal((await site.status()).figures['intrusionRules'], 1);
    assert.equal(await noteOf('intrusion_community'), undefined);
    await site.until(() => !existsSync(join(site.folder, 'data', 'community')), 'nothing of them is left');
  });
});
