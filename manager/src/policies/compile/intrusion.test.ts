import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ApplicationTypeObject,
  compileIntrusion,
  type IntrusionObjects,
  type IntrusionRuleObject,
} from './intrusion.ts';

const web = {
  ID: 2,
  name: 'Web',
  direction: 'incoming',
  protocol: 'tcp',
  portType: 'multiple',
  portMultiple: ['80', '8080-8090'],
};
const objects: IntrusionObjects = {
  applicationTypes: new Map<number, ApplicationTypeObject>([
    [2, web],
    [3, { ID: 3, name: 'Names', direction: 'outgoing', protocol: 'tcp-udp', portType: 'port-list', portListID: 9 }],
    [4, { ID: 4, name: 'Pings', direction: 'incoming', protocol: 'icmp', portType: 'any' }],
    [5, { ID: 5, name: 'Nowhere', protocol: 'tcp', portType: 'multiple', portMultiple: [] }],
    [6, { ID: 6, name: 'Wrong', protocol: 'tcp', portType: 'multiple', portMultiple: ['http'] }],
    [7, { ID: 7, name: 'Lost', protocol: 'tcp', portType: 'port-list', portListID: 77 }],
    [8, { ID: 8, name: 'Everything', direction: 'incoming', protocol: 'tcp', portType: 'any' }],
  ]),
  shippedApplicationTypes: new Map([[2, web]]),
  portLists: new Map([[9, { name: 'DNS', items: ['53 # names', '5353'] }]]),
  schedules: new Map([[1, { name: 'Nights', hoursOfWeek: Array.from({ length: 168 }, (_, hour) => hour % 24 < 6) }]]),
  contexts: new Map([[1, { name: 'Inside', localConnectionsEnabled: true }]]),
};
const shippedText =
  'alert http any any -> any any (msg:"x"; flow:established,to_server; http.uri; content:"evil"; sid:9001001; rev:1;)';
const shipped: IntrusionRuleObject = {
  ...{ ID: 1, name: 'Evil', _nameJa: '悪', _suricata: shippedText, _attack: ['T1190'], applicationTypeID: 2 },
  ...{ severity: 'high', priority: 'normal', CVE: ['CVE-2021-44228'], CVSSScore: '10.0' },
};
const own = (rule: Partial<IntrusionRuleObject>): IntrusionRuleObject => ({
  ...{ ID: 10_001, name: 'Ours', template: 'signature', signature: 'secret', applicationTypeID: 2, action: 'drop' },
  ...rule,
});
const xml = (text: string): string => Buffer.from(text).toString('base64');
const compile = (...rules: IntrusionRuleObject[]) => compileIntrusion({ state: 'prevent', rules }, objects).rules;
const texts = (rule: IntrusionRuleObject) => compile(rule).map(({ rule: text }) => text);
const refuses = (rule: IntrusionRuleObject, sentence: RegExp) =>
  assert.throws(() => compile(rule), { name: 'IntrusionFault', message: sentence });

describe('a module', () => {
  test('that is off holds nothing, whatever is wrong with its rules', () => {
    assert.deepEqual(compileIntrusion({ state: 'off', rules: [own({ signature: '' })] }, objects), {
      state: 'off',
      rules: [],
    });
  });

  test('has the most important rules first', () => {
    const rules = compile(own({ ID: 10_001, priority: 'low' }), own({ ID: 10_002, priority: 'highest' }), shipped);
    assert.deepEqual([...new Set(rules.map(({ id }) => id))], [10_002, 1, 10_001]);
  });
});

describe('a shipped rule', () => {
  test('keeps its text, and says all that events tell', () => {
    assert.deepEqual(compile(shipped), [
      {
        ...{ id: 1, sid: 9_001_001, name: { en: 'Evil', ja: '悪' }, severity: 'high', priority: 'normal' },
        ...{ rule: shippedText, detectOnly: false, logEvents: true, logDrops: true, includePacketData: false },
        ...{ alert: false, applicationType: 'Web', CVE: ['CVE-2021-44228'], CVSSScore: '10.0', attack: ['T1190'] },
      },
    ]);
  });

  test('looks at the ports of its application type once somebody changed them', () => {
    const changed = { ...objects, applicationTypes: new Map([[2, { ...web, portMultiple: ['80', '81', '9000'] }]]) };
    const [request] = compileIntrusion({ state: 'detect', rules: [shipped] }, changed).rules;
    assert.ok(request!.rule.startsWith('alert http any any -> any [80:81,9000] (msg:"x"; flow:'), request!.rule);
    assert.ok(request!.rule.endsWith('content:"evil"; sid:9001001; rev:1;)'), request!.rule);
    const answering = { ...shipped, _suricata: shippedText.replace('to_server', 'to_client') };
    const [answer] = compileIntrusion({ state: 'detect', rules: [answering] }, changed).rules;
    assert.ok(answer!.rule.startsWith('alert http any [80:81,9000] -> any any ('), answer!.rule);
    const anywhere = { ...objects, applicationTypes: new Map([[2, { ...web, portType: 'any' }]]) };
    assert.match(compileIntrusion({ state: 'detect', rules: [shipped] }, anywhere).rules[0]!.rule, /-> any any \(/);
  });

  test('only detects, stays silent or raises an alert where it is told to', () => {
    const [rule] = compile({
      ...shipped,
      ...{ detectOnly: true, eventLoggingDisabled: true, generateEventOnPacketDrop: false, alertEnabled: true },
      ...{ alwaysIncludePacketData: true },
    });
    const { detectOnly, logEvents, logDrops, alert, includePacketData } = rule!;
    assert.deepEqual([detectOnly, logEvents, logDrops, alert, includePacketData], [true, false, false, true, true]);
  });
});

describe('a signature', () => {
  test('is looked for in both directions of the connections that its application type means', () => {
    assert.deepEqual(texts(own({})), [
      'alert tcp any any -> $HOME_NET [80,8080:8090] (msg:"Ours"; flow:established,to_server; content:"secret"; nocase; sid:10040004; rev:1;)',
      'alert tcp $HOME_NET [80,8080:8090] -> any any (msg:"Ours"; flow:established,to_client; content:"secret"; nocase; sid:10040005; rev:1;)',
    ]);
    const heads = texts(own({ applicationTypeID: 3 })).map((text) => text.slice(6, text.indexOf(' (')));
    assert.deepEqual(heads, [
      'tcp $HOME_NET any -> any [53,5353]',
      'tcp any [53,5353] -> $HOME_NET any',
      'udp $HOME_NET any -> any [53,5353]',
      'udp any [53,5353] -> $HOME_NET any',
    ]);
    assert.match(
      texts(own({ applicationTypeID: 4 })).join(),
      /^alert icmp any any -> \$HOME_NET any \(msg:"Ours"; content/,
    );
    assert.match(
      texts(own({ applicationTypeID: 0 })).join(),
      /^alert tcp any any -> any any \(msg:"Ours"; flow:established; /,
    );
    assert.match(texts(own({ applicationTypeID: 8 }))[0]!, /-> \$HOME_NET any /);
  });

  test('is text, bytes between bars, and no sign of it is Suricata’s', () => {
    const [text] = texts(own({ signature: 'a"; sid:1; |0d 0A|é|x|', caseSensitive: true }));
    assert.match(text!, /content:"a\|22 3b 20\|sid\|3a\|1\|3b 20 0d 0a c3 a9 7c\|x\|7c\|"; sid:/);
    assert.match(texts(own({ name: 'x"; sid:7; y\n' }))[0]!, /^alert [^(]+\(msg:"x sid 7 y"; /);
  });

  test('only logs where its action says so', () => {
    assert.equal(compile(own({ action: 'log-only' }))[0]!.detectOnly, true);
    assert.equal(compile(own({}))[0]!.detectOnly, false);
  });
});

describe('schedule and context', () => {
  test('stand beside the rule', () => {
    const [rule] = compile(own({ scheduleID: 1, contextID: 1 }));
    assert.equal(rule!.hoursOfWeek!.filter(Boolean).length, 42);
    assert.deepEqual(rule!.context, {
      ...{ name: 'Inside', localConnection: true, remoteConnection: false },
      ...{ noConnection: false, noInternet: false, restrictedInterfaces: false },
    });
  });

  test('how the host finds out where it stands goes with the policy, where a rule wants to know', () => {
    const settings = {
      firewallSettingIntranetConnectivityTestUrl: 'http://intra.example/',
      firewallSettingInternetConnectivityTestInterval: '5 Minutes',
    };
    const of = (contextID: number) =>
      compileIntrusion({ state: 'detect', rules: [own({ contextID })], settings }, objects);
    assert.deepEqual(of(1).surroundings, { intranet: { url: 'http://intra.example/' }, everyMs: 300_000 });
    assert.equal(of(0).surroundings, undefined);
  });
});

describe('a custom rule', () => {
  const custom = (text: string) => own({ template: 'custom', customXML: xml(text) });

  test('keeps its text, with our name and number, and ports where it names none', () => {
    assert.deepEqual(
      texts(
        custom(
          '# ours\ndrop http any any -> any any (msg:"theirs"; flow:to_server; http.uri; content:"a\\;b"; sid:5; rev:3;)',
        ),
      ),
      [
        'alert http any any -> any [80,8080:8090] (msg:"Ours"; flow:to_server; http.uri; content:"a\\;b"; rev:3; sid:10040004;)',
      ],
    );
    assert.match(
      texts(custom('alert tcp any any -> $HOME_NET 25 (content:"x";)'))[0]!,
      /-> \$HOME_NET 25 \(.*rev:1;\)$/,
    );
  });

  test('is refused with a sentence where it is none, or reaches too far', () => {
    refuses(custom('<rule name="x"/>'), /holds XML; this service takes one rule in Suricata's language/);
    refuses(custom(''), /"Ours" \(10001\) holds 0 rules/);
    refuses(
      custom('alert tcp any any -> any any (content:"x";)\nalert tcp any any -> any any (content:"y";)'),
      /holds 2 rules/,
    );
    refuses(custom('pass tcp any any -> any any (content:"x";)'), /is no rule in Suricata's language/);
    refuses(
      custom('alert tcp any any -> any any (content:"x"; lua:/tmp/x.lua;)'),
      /uses lua, which rules of a policy may not/,
    );
    refuses(custom('alert http any any -> any any (http.uri; dataset:isset,x,load /etc/shadow;)'), /uses dataset/);
    refuses(custom('alert tcp any any -> any any (content:"x"; noalert;)'), /uses noalert/);
    refuses(custom('alert tcp $SECRET any -> any any (content:"x";)'), /"\$SECRET" where an address stands/);
    refuses(custom('alert tcp any any -> any $P (content:"x";)'), /"\$P" where a port stands/);
    refuses(custom('alert tcp any any -> any any (content:"x")'), /does not end with a semicolon/);
    refuses(custom(`alert tcp any any -> any any (content:"${'x'.repeat(9000)}";)`), /characters long/);
  });
});

describe('faults name the rule and what is wrong', () => {
  test('of patterns', () => {
    refuses(own({ signature: '' }), /^The intrusion prevention rule "Ours" \(10001\) has no signature to look for\.$/);
    refuses(own({ signature: 'x'.repeat(256) }), /has a signature of 256 bytes; at most 255/);
    const patterns = (rule: Partial<IntrusionRuleObject>) => own({ template: 'start-end-patterns', ...rule });
    refuses(patterns({ start: 'a', end: 'b' }), /has no patterns/);
    refuses(patterns({ patterns: ['a'], condition: 'none', start: 'x' }), /needs a start and an end pattern/);
    refuses(patterns({ patterns: Array.from({ length: 51 }, (_, index) => `p${index}`) }), /has 51 patterns/);
    refuses(patterns({ patterns: ['a'], condition: 'some' }), /has the condition "some"/);
    refuses(
      patterns({ patterns: Array.from({ length: 40 }, () => 'é'.repeat(100)) }),
      /is \d+ characters long; the engine reads 8190/,
    );
  });

  test('of what a rule names', () => {
    refuses(own({ applicationTypeID: 99 }), /names the application type 99, which does not exist/);
    refuses(own({ applicationTypeID: 5 }), /"Nowhere" has no ports among its ports, so its rules would never look/);
    refuses(own({ applicationTypeID: 6 }), /"Wrong": among its ports "http" is no port/);
    refuses(own({ applicationTypeID: 7 }), /"Lost" names the port list 77, which does not exist/);
    refuses(own({ scheduleID: 4 }), /names the schedule 4/);
    refuses(own({ contextID: 4 }), /names the context 4/);
    refuses(own({ ID: 1_000_000_001 }), /has an ID above/);
  });
});
