import { BlockList, isIP } from 'node:net';
import { type ChangeWish, type ExclusionWhat, phrase, Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { bySteps } from '../by-steps.ts';
import { type Aim, findComputer, itemsOf, type Judge, previewOf, reachedBy } from '../impact.ts';
import { orNotFound, type Work } from '../kind.ts';
import { type Place, type RuleType, readFields, wholeField } from '../places.ts';
import { compare, linesOf, madeHere, type Step } from '../steps.ts';
import { excludeFromMalware } from './exclude-malware.ts';
import { checkPaths, liesIn, withoutPaths } from './exclude-paths.ts';
import { type Excluding, moduleOf, type Target } from './exclusion-target.ts';

type ExclusionWish = Extract<ChangeWish, { kind: 'exclusion' }>;

/** Leaves something out of one module on a computer or a policy, for a time and a reason (S57). */
export const exclusionChange = bySteps<ExclusionWish>(async (work, wish) => {
  const target = await targetOf(work, wish);
  const { platform, accountId, way } = work;
  const { steps, judge, remarks } = await exclude(work, target, wish.what);
  const aim: Aim = { type: target.place.type, id: target.place.id };
  const reached = steps.length > 0 ? await reachedBy(platform, way, [aim]) : [];
  const preview = await previewOf(platform, accountId, reached, judge, remarks);
  const module = phrase('ja', `module.${wish.what.module}`);
  const subject = `${phrase('ja', 'changeKind.exclusion')}：${target.place.name}（${module}）`;
  return { subject, steps, diff: linesOf(steps), preview };
});

async function targetOf({ platform, way }: Work, wish: ExclusionWish): Promise<Target> {
  const { policyId, hostId, computerId } = wish;
  if ([policyId, hostId ?? computerId].filter((one) => one !== undefined).length !== 1)
    throw new Refusal('malformed', { detail: 'body.wish: name either a policy or a host' });
  if (policyId !== undefined) {
    const effective = await orNotFound(
      'policy',
      way.backend.perform('describePolicy', way.by, { params: { policyID: policyId } }),
    );
    return { place: { type: 'policy', id: policyId, name: String(effective['name']) }, effective };
  }
  const effective = await findComputer(platform, way, wish);
  if (!effective) throw new Refusal('not_found', { what: 'host' });
  const name = String(effective['displayName'] || effective['hostName']);
  return { place: { type: 'computer', id: effective['ID'] as number, name }, effective };
}

function exclude(work: Work, target: Target, what: ExclusionWhat): Promise<Excluding> {
  switch (what.module) {
    case 'integrity':
      return fromIntegrity(work, target, checkPaths(what.paths));
    case 'antimalware':
      return excludeFromMalware(work, target, what);
    case 'intrusion':
      return fromIntrusion(work, target, what.ruleId);
    case 'firewall':
      return fromFirewall(work, target, what.addresses);
  }
}

const ruleOn = (type: RuleType, { type: on }: Target['place']): string =>
  `${type}sOn${on === 'policy' ? 'Policy' : 'Computer'}`;
const paramsOf = ({ type, id }: Target['place']) => ({ [type === 'policy' ? 'policyID' : 'computerID']: id });

/** Lays properties over what a rule is told otherwise there already. */
async function overRule(
  { way }: Work,
  { place }: Target,
  type: RuleType,
  rule: ApiObject,
  properties: ApiObject,
): Promise<Step | undefined> {
  const ruleId = rule['ID'] as number;
  const at: Place = {
    ...{ type: place.type === 'policy' ? 'policyRule' : 'computerRule', id: place.id, rule: type, ruleId },
    name: `${place.name} / ${String(rule['name'])}`,
  };
  const own = (await readFields(way, at, [wholeField]))[wholeField] as ApiObject | null;
  const step = await compare(way, at, { [wholeField]: { ...own, ...properties } });
  const inherited = Object.fromEntries(
    Object.keys(properties).map((name) => [name, own?.[name] ?? rule[name] ?? null]),
  );
  return step && { ...step, fields: step.fields.map((field) => ({ ...field, inherited })) };
}

async function fromIntegrity(work: Work, target: Target, paths: readonly string[]): Promise<Excluding> {
  moduleOf(target, 'integrityMonitoring', 'integrity_monitoring');
  const { way } = work;
  const type = 'IntegrityMonitoringRule';
  const rules = itemsOf(
    await way.backend.perform(`list${ruleOn(type, target.place)}`, way.by, { params: paramsOf(target.place) }),
  );
  const steps: Step[] = [];
  const changed = new Set<string>();
  for (const rule of rules) {
    const properties = withoutPaths(rule, paths);
    const step = properties && (await overRule(work, target, type, rule, properties));
    if (!step) continue;
    steps.push(step);
    changed.add(String(rule['name']));
  }
  const isIn = liesIn(paths);
  const judge: Judge = ({ module, name, path }) =>
    module === 'integrity' && path !== null && changed.has(name) && isIn(path) ? 'suppressed' : undefined;
  return { steps, judge, remarks: ['basesWithWildcards'] };
}

/** The rule neither blocks nor tells of what it finds there. */
async function fromIntrusion(work: Work, target: Target, ruleId: number): Promise<Excluding> {
  moduleOf(target, 'intrusionPrevention', 'intrusion_prevention');
  const { way } = work;
  const rule = await orNotFound(
    'rule',
    way.backend.perform('describeIntrusionPreventionRule', way.by, { params: { intrusionPreventionRuleID: ruleId } }),
  );
  const step = await overRule(work, target, 'IntrusionPreventionRule', rule, {
    ...{ detectOnly: true, eventLoggingDisabled: true, generateEventOnPacketDrop: false },
  });
  const judge: Judge = ({ module, name }) =>
    module === 'intrusion' && name === rule['name'] ? 'suppressed' : undefined;
  return { steps: step ? [step] : [], judge, remarks: [] };
}

/** A rule that lets addresses in, above those that deny. */
async function fromFirewall({ way }: Work, target: Target, addresses: readonly string[]): Promise<Excluding> {
  moduleOf(target, 'firewall', 'firewall');
  const list = new BlockList();
  for (const address of addresses) addTo(list, address);
  const { place } = target;
  const own = (await readFields(way, place, ['firewall.ruleIDs']))['firewall.ruleIDs'] as number[] | null;
  const before = own ?? [];
  const name = `除外：${place.name}：${addresses.join(', ')}`.slice(0, 200);
  const body = {
    ...{
      name,
      description: '',
      action: 'force-allow',
      priority: '4',
      direction: 'incoming',
      frameType: 'ip',
      protocol: 'any',
    },
    ...{ sourceIPType: 'multiple', sourceIPMultiple: addresses, anyFlags: true },
  };
  const steps: Step[] = [
    {
      ...{ do: 'make', key: 'rule', type: 'firewallRule', name, body },
      ...{ create: 'createFirewallRule', remove: ['deleteFirewallRule', 'firewallRuleID'] },
    },
    {
      ...{ do: 'set', place },
      fields: [{ path: 'firewall.ruleIDs', before: own, after: [...before, madeHere('rule')] }],
    },
  ];
  const judge: Judge = ({ module: found, source, isDenied }) =>
    found === 'firewall' && isDenied && source !== null && list.check(source, isIP(source) === 6 ? 'ipv6' : 'ipv4')
      ? 'suppressed'
      : undefined;
  return { steps, judge, remarks: [] };
}

function addTo(list: BlockList, address: string): void {
  const [ip = '', bits] = address.split('/');
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
  const most = family === 'ipv6' ? 128 : 32;
  const isPlain = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
  if (isIP(ip) === 0 || !isPlain)
    throw new Refusal('malformed', { detail: `body.wish.what.addresses: ${address} is no address or network` });
  if (bits === undefined) list.addAddress(ip, family);
  else list.addSubnet(ip, Number(bits), family);
}
