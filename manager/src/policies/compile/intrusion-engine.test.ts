import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ApplicationTypeFile, IntrusionLibraryFile } from '@sakimori/contract/intrusion-library';
import { noSuricata, playToSuricata } from '../../../../test/suricata.ts';
import { Traffic } from '../../../../test/traffic.ts';
import {
  type ApplicationTypeObject,
  compileIntrusion,
  type IntrusionObjects,
  type IntrusionRuleObject,
} from './intrusion.ts';

/** What the compiler makes, in the real engine: every template loads, fires where it should and stays silent where it should not. */
const type = (ID: number, name: string, rest: ApplicationTypeObject): [number, ApplicationTypeObject] => [
  ID,
  { ID, name, portType: 'any', ...rest },
];
const objects: IntrusionObjects = {
  applicationTypes: new Map([
    type(1, 'App', {
      direction: 'incoming',
      protocol: 'tcp',
      portType: 'multiple',
      portMultiple: ['7000', '7100-7199'],
    }),
    type(2, 'Out', { direction: 'outgoing', protocol: 'tcp', portType: 'multiple', portMultiple: ['7000'] }),
    type(3, 'Both', { direction: 'incoming', protocol: 'tcp-udp', portType: 'multiple', portMultiple: ['7000'] }),
    type(4, 'Ping', { direction: 'incoming', protocol: 'icmp' }),
    type(5, 'Web', { direction: 'incoming', protocol: 'tcp', portType: 'multiple', portMultiple: ['80'] }),
  ]),
  shippedApplicationTypes: new Map([type(5, 'Web', { direction: 'incoming', protocol: 'tcp' })]),
  portLists: new Map(),
  schedules: new Map(),
  contexts: new Map(),
};
const own = (rule: Partial<IntrusionRuleObject>): IntrusionRuleObject => ({
  ...{ ID: 10_001, name: 'Ours', applicationTypeID: 1, template: 'signature' },
  ...rule,
});
const tcp = (toServer: string[], rest: object = {}, outer: object = {}): Traffic =>
  Traffic.parse({ tcp: { port: 7000, toServer, ...rest }, ...outer });
const udp = (toServer: string[]): Traffic => Traffic.parse({ udp: { port: 7000, toServer } });
const icmp = (payload: string): Traffic => Traffic.parse({ icmp: { type: 8, payload } });
const get = (uri: string, port = 80): Traffic =>
  Traffic.parse({ http: { port, request: `GET ${uri} HTTP/1.1\r\nHost: shop.example\r\n\r\n` } });
const outgoing = { direction: 'outgoing' };
/** The engine looks at about 2,500 bytes of a stream at once; what lies further apart is not found together. */
const far = 'x'.repeat(700);

type Case = {
  readonly title: string;
  readonly rule: IntrusionRuleObject;
  readonly yes: Traffic[];
  readonly no: Traffic[];
};
const between = (condition: string, rest: Partial<IntrusionRuleObject> = {}): IntrusionRuleObject =>
  own({ template: 'start-end-patterns', start: 'BEGIN', patterns: ['one', 'two'], end: 'END', condition, ...rest });

const cases: Case[] = [
  {
    title: 'a signature, whatever its case, in both directions, on its ports and for the host alone',
    rule: own({ signature: 'Secret|0d 0a|' }),
    yes: [
      tcp(['the SECRET\r\n']),
      tcp(['hello'], { toClient: ['a secret\r\n'] }),
      Traffic.parse({ tcp: { port: 7150, toServer: ['secret\r\n'] } }),
    ],
    no: [
      tcp(['the secret\n']),
      Traffic.parse({ tcp: { port: 7001, toServer: ['secret\r\n'] } }),
      tcp(['secret\r\n'], {}, outgoing),
    ],
  },
  {
    title: 'a signature with its case and with signs that mean something to the engine',
    rule: own({ signature: 'a"; b:|c|\\!', caseSensitive: true }),
    yes: [tcp(['x a"; b:|c|\\! y'])],
    no: [tcp(['x A"; b:|c|\\! y'])],
  },
  {
    title: 'what the host asks others',
    rule: own({ signature: 'secret', applicationTypeID: 2 }),
    yes: [tcp(['secret'], {}, outgoing), tcp(['x'], { toClient: ['secret'] }, outgoing)],
    no: [tcp(['secret'])],
  },
  {
    title: 'TCP and UDP',
    rule: own({ signature: 'secret', applicationTypeID: 3 }),
    yes: [tcp(['secret']), udp(['a secret'])],
    no: [udp(['a secre t'])],
  },
  {
    title: 'ICMP',
    rule: own({ signature: 'secret', applicationTypeID: 4 }),
    yes: [icmp('a secret')],
    no: [icmp('abcdef')],
  },
  {
    title: 'all patterns in their order between start and end',
    rule: between('all'),
    yes: [
      tcp(['BEGIN a one b two c END']),
      tcp(['begin ONEtwo end']),
      tcp(['BEGIN one END BEGIN one two END']),
      tcp([`BEGIN ${far} one ${far} two ${far} END`]),
      tcp(['BEGIN one', ' two END']),
    ],
    no: [tcp(['BEGIN two one END']), tcp(['BEGIN one END two']), tcp(['one two END']), tcp(['BEGIN one two'])],
  },
  {
    title: 'any pattern between start and end',
    rule: between('any'),
    yes: [tcp(['BEGIN x two END']), tcp(['BEGIN END BEGIN one END'])],
    no: [tcp(['one BEGIN x END two']), tcp(['BEGIN three END'])],
  },
  {
    title: 'no pattern between start and end',
    rule: between('none', { caseSensitive: true }),
    yes: [tcp(['BEGIN three END one']), tcp(['BEGIN One END']), tcp([`BEGIN ${far} END`])],
    no: [tcp(['BEGIN three one END']), tcp(['BEGIN two END']), tcp(['END BEGIN'])],
  },
  {
    title: 'patterns without start or end',
    rule: between('all', { start: '', end: '' }),
    yes: [tcp(['x one y two'])],
    no: [tcp(['two one'])],
  },
  {
    title: 'a rule in the engine’s own language',
    rule: own({
      template: 'custom',
      applicationTypeID: 5,
      customXML: Buffer.from(
        'drop http any any -> any any (msg:"x"; flow:established,to_server; http.uri; content:"/secret\\;"; endswith; sid:1;)',
      ).toString('base64'),
    }),
    yes: [get('/a/secret;')],
    no: [get('/a/secret;x'), get('/a/secret;', 8080)],
  },
  {
    title: 'a shipped rule whose application type has other ports now',
    rule: {
      ...{ ID: 7, name: 'Shipped', applicationTypeID: 5 },
      _suricata:
        'alert http any any -> any any (msg:"y"; flow:established,to_server; http.uri; content:"/evil"; sid:9001007; rev:1;)',
    },
    yes: [get('/evil')],
    no: [get('/evil', 8080)],
  },
];

describe('compiled rules in the real engine', { skip: noSuricata }, () => {
  for (const { title, rule, yes, no } of cases)
    test(title, async () => {
      const { rules } = compileIntrusion({ state: 'prevent', rules: [rule] }, objects);
      const { sids, complaints } = await playToSuricata(
        rules.map((one) => one.rule),
        [...yes, ...no],
      );
      assert.deepEqual(complaints, []);
      const own = new Set(rules.map((one) => one.sid));
      const fired = sids.map((some) => some.some((sid) => own.has(sid)));
      assert.deepEqual(fired, [...yes.map(() => true), ...no.map(() => false)]);
    });

  test('the whole library loads with the ports of every application type changed', async () => {
    const folder = join(import.meta.dirname, '../../../../rules/intrusion');
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const { applicationTypes } = ApplicationTypeFile.parse(read('application-types.json'));
    const idOf = new Map(applicationTypes.map((one) => [one.name.en, one.ID]));
    const rules = readdirSync(folder)
      .filter((name) => name.endsWith('.json') && name !== 'application-types.json')
      .flatMap((name) => IntrusionLibraryFile.parse(read(name)).rules)
      .map((rule) => ({
        ...{ ID: rule.ID, name: rule.name.en, _suricata: rule.suricata },
        applicationTypeID: idOf.get(rule.applicationType) ?? 0,
      }));
    const named = applicationTypes.map(({ portMultiple, ...one }): [number, ApplicationTypeObject] => [
      one.ID,
      { ...one, name: one.name.en, ...(portMultiple ? { portMultiple } : {}) },
    ]);
    const changed = { ...objects, shippedApplicationTypes: new Map(named) };
    const ports = { portType: 'multiple', portMultiple: ['1-1023', '8080'] };
    const compiled = compileIntrusion(
      { state: 'prevent', rules },
      { ...changed, applicationTypes: new Map(named.map(([id, one]) => [id, { ...one, ...ports }])) },
    );
    assert.equal(compiled.rules.length, rules.length);
    const { complaints } = await playToSuricata(
      compiled.rules.map((one) => one.rule),
      [get('/')],
    );
    assert.deepEqual(complaints, []);
  });
});
