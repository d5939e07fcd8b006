import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Packet } from '@sakimori/agent/engines/firewall/packet';
import { replay, tryInInputChain, whyNoReplay } from '@sakimori/agent/engines/firewall/replay';
import { isMeant } from '@sakimori/agent/engines/firewall/rule-model';
import { compileFirewall } from '@sakimori/manager/policies/index';
import { z } from 'zod';

/**
 * The firewall rules that we ship, as the manager compiles them and as the kernel understands them: real frames of the cases that lie beside the
 * rules, all rules and all packets in one replay. A new rule with its cases needs no code.
 */
const folder = join(import.meta.dirname, '../rules/firewall');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const Words = z.strictObject({ en: z.string().trim().min(2).max(300), ja: z.string().trim().min(2).max(300) });
const Shipped = z.looseObject({ ID: z.number().int(), name: Words, description: Words });
type Shipped = z.infer<typeof Shipped>;
const listOf = (file: string, property: string): Shipped[] =>
  z.record(z.string(), z.array(Shipped)).parse(read(file))[property] ?? [];

const kinds = {
  ipLists: listOf('lists.json', 'ipLists'),
  macLists: listOf('lists.json', 'macLists'),
  portLists: listOf('lists.json', 'portLists'),
  schedules: listOf('schedules.json', 'schedules'),
  contexts: listOf('contexts.json', 'contexts'),
  statefulConfigurations: listOf('stateful.json', 'statefulConfigurations'),
};
const shipped = listOf('rules.json', 'rules');

const byId = (objects: readonly Shipped[]) =>
  new Map(
    objects.map((object) => [object.ID, { ...object, name: object.name.en, description: object.description.en }]),
  );
const idOf = (objects: readonly Shipped[], name: unknown): number =>
  objects.find((one) => one.name.en === name)?.ID ?? -1;

/** What a rule names becomes an ID, as the manager's loader does it. */
function resolve(rule: Shipped) {
  const lists = { IPList: kinds.ipLists, MACList: kinds.macLists, PortList: kinds.portLists };
  const named = Object.entries({ schedule: kinds.schedules, context: kinds.contexts }).concat(
    ['source', 'destination'].flatMap((side) =>
      Object.entries(lists).map(([list, all]) => [`${side}${list}`, all] as [string, Shipped[]]),
    ),
  );
  const ids = named
    .filter(([property]) => property in rule)
    .map(([property, all]) => [`${property}ID`, idOf(all, rule[property])]);
  return { ...rule, ...Object.fromEntries(ids), name: rule.name.en, _nameJa: rule.name.ja };
}

const Case = z
  .strictObject({ rule: z.string(), positive: Packet.optional(), negative: Packet.optional() })
  .refine(({ positive, negative }) => positive ?? negative, 'a packet');
const { cases } = z.strictObject({ cases: z.array(Case) }).parse(read('cases.json'));

const objects = {
  ...(Object.fromEntries(Object.entries(kinds).map(([kind, list]) => [kind, byId(list)])) as Record<
    keyof typeof kinds,
    ReturnType<typeof byId>
  >),
  interfaceTypes: new Map(),
  interfaces: new Map(),
};
const effective = { state: 'on', rules: shipped.map(resolve), globalStatefulConfigurationID: 1, settings: {} } as const;
const policy = compileFirewall(effective, objects);
const rules = policy.rules ?? [];

describe('what is shipped', () => {
  test('every rule compiles, with its names in both languages', () => {
    assert.equal(rules.length, shipped.length);
    for (const { id, name } of rules) {
      const { en, ja } = shipped.find((one) => one.ID === id)!.name;
      assert.deepEqual(name, { ja, en });
    }
    assert.equal(policy.stateful?.name, 'Enable Stateful Inspection');
  });

  test('IDs and names are there once, IDs in the range of what we ship', () => {
    for (const [kind, list] of Object.entries({ ...kinds, rules: shipped })) {
      const parts = list.flatMap(({ ID, name }) => [`${ID}`, `en ${name.en}`, `ja ${name.ja}`]);
      assert.equal(new Set(parts).size, parts.length, kind);
      const first = kind === 'rules' ? 4001 : 1;
      assert.ok(
        list.every(({ ID }) => ID >= first && ID < 10_000),
        kind,
      );
    }
  });

  test('what clients look up by name is there', () => {
    const names = new Set([...shipped, ...kinds.schedules, ...kinds.statefulConfigurations].map(({ name }) => name.en));
    const wanted = [
      ...[
        'ARP',
        'DHCP Client',
        'DHCP Server',
        'DNS Server',
        'IDENT',
        'IGMP',
        'NTP',
        'NTP Server',
        'WINS',
        'Web Server',
      ],
      ...[
        'Allow solicited TCP/UDP replies',
        'Allow solicited ICMP replies',
        'ICMP Echo Request',
        'NetBios Name Service',
      ],
      ...['Allow ICMP fragmentation packet (type 3, code 4)', 'Remote Access SSH', 'Remote Access RDP', 'OS SMTP'],
      ...['Domain Client (TCP)', 'Domain Client (UDP)', 'Domain Controller (TCP)', 'Domain Controller (UDP)'],
      ...[
        'Deep Security Manager',
        'Windows File Sharing',
        'Wireless Authentication',
        'Restricted Interface Enforcement',
      ],
      ...['Every Day All Day', 'Enable Stateful Inspection'],
    ];
    assert.deepEqual(
      wanted.filter((name) => !names.has(name)),
      [],
    );
  });

  test('every rule has a packet that it means and one that it does not, and every case its rule', () => {
    const names = shipped.map(({ name }) => name.en);
    for (const what of ['positive', 'negative'] as const) {
      const covered = new Set(cases.filter((one) => one[what]).map(({ rule }) => rule));
      assert.deepEqual(
        names.filter((name) => !covered.has(name)),
        [],
        what,
      );
    }
    assert.deepEqual(
      cases.filter(({ rule }) => !names.includes(rule)),
      [],
    );
  });
});

const reason = whyNoReplay();

describe('in the kernel', () => {
  const packets = cases.flatMap(({ rule, positive, negative }) => [
    ...(positive ? [{ rule, packet: positive, isMeant: true }] : []),
    ...(negative ? [{ rule, packet: negative, isMeant: false }] : []),
  ]);
  const found = reason
    ? []
    : replay(
        rules,
        packets.map(({ packet }) => packet),
      );
  const indexOf = new Map(rules.map(({ name }, index) => [name.en, index]));
  const tell = (rule: string, place: number) => `${rule}: ${JSON.stringify(packets[place]!.packet)}`;

  test('every rule means its positives and none of its negatives', { skip: reason }, () => {
    const wrong = packets.flatMap(({ rule, isMeant }, place) =>
      found[indexOf.get(rule)!]!.has(place) === isMeant
        ? []
        : [`${isMeant ? 'not meant' : 'meant'}: ${tell(rule, place)}`],
    );
    assert.deepEqual(wrong, []);
  });

  test('every rule means of all packets just those that a plain model of it means', { skip: reason }, () => {
    const wrong = rules.flatMap((rule, index) =>
      packets.flatMap(({ packet }, place) =>
        found[index]!.has(place) === isMeant(rule, packet) ? [] : [tell(rule.name.en, place)],
      ),
    );
    assert.deepEqual(wrong, []);
  });

  test('the same matches load where the host’s own traffic is filtered', { skip: reason }, () => {
    assert.equal(tryInInputChain(rules).slice(0, 1000), '');
  });
});
