import { connect } from 'node:net';
import {
  type AssignedPolicy,
  agentPaths,
  type Change,
  type ChangeWish,
  type Client,
  createClient,
  type Module,
  type ModuleStatus,
  modules,
  routes,
} from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import type { Driver } from '../workload-security/driver.ts';
import type { TwoManagers } from './two-managers.ts';

/** A host of the customer's: what rules it is one manager, what the desk knows it by is ours. */
export type RuledHost = { readonly name: string; readonly hostId: string; readonly agent: SimulatedAgent };

/** The desk's changes for one account, whoever rules its hosts: asked of our manager, seen on hosts, and read back by the ruling manager's API. */
export type ChangeHouse = {
  readonly kind: 'own' | 'remote';
  readonly accountId: string;
  /** The account at whoever rules. */
  readonly rulingId: string;
  readonly operator: Client;
  readonly second: Client;
  /** The API of whoever rules, as the customer itself would use it. */
  readonly ruling: Driver;
  readonly hosts: readonly [RuledHost, RuledHost];
  readonly policyId: number;
  ask(wish: ChangeWish, more?: object): Promise<Change>;
  approve(id: string): Promise<Change>;
  apply(id: string): Promise<Change>;
  /** Asked, approved by a second person and applied. */
  carryOut(wish: ChangeWish, more?: object): Promise<Change>;
  revert(id: string): Promise<Change>;
  /** The agents fetch what is asked of them and say that they keep to it. */
  keep(): Promise<void>;
  documentOf(host: RuledHost): Promise<AssignedPolicy['document']['modules']>;
  /** The change as soon as it is in this state; hosts keep to what they are told meanwhile. */
  settled(id: string, state: Change['state']): Promise<Change>;
  /** Events that the hosts have found reach our manager: from our agents, or in the tenant's records by syslog. */
  find(events: readonly FoundEvent[]): Promise<void>;
  passTime(ms: number): Promise<void>;
  later(ms?: number): string;
};
export type FoundEvent = { readonly host: RuledHost; readonly ruleId: number; readonly isDenied: boolean };

const policyOf = async (agent: SimulatedAgent) =>
  (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;

/** Two hosts under one policy that prevents, of an account of ours, ruled by us or by the other manager. */
export async function openChangeHouse(two: TwoManagers, kind: ChangeHouse['kind']): Promise<ChangeHouse> {
  const { ours, theirs } = two;
  const ruler = kind === 'own' ? ours : theirs;
  const { accountId, rulingId, ruling } = await accountOf(two, kind);
  const clientOf = async (name: string) => {
    const key = await createKeyFor(ours.platform, { name, role: 'operator' });
    return createClient({ base: `${ours.manager.consoleUrl}/service`, headers: { authorization: `Bearer ${key}` } });
  };
  const [operator, second] = [await clientOf(`first ${kind}`), await clientOf(`second ${kind}`)];
  const agents = [
    await ruler.enrol(rulingId, { name: 'web-a' }),
    await ruler.enrol(rulingId, { name: 'web-b' }),
  ] as const;
  for (const agent of agents) await (await agent.heartbeat()).received;
  const sync = async () => {
    if (kind === 'remote') await ours.admin(routes.syncRemote, { params: { accountId } });
  };
  await sync();
  const computers = (await ruling.call('listComputers', {}))['computers'] as {
    ID: number;
    hostName: string;
    policyID: number;
  }[];
  const policyId = computers[0]!.policyID;
  const known = kind === 'own' ? [] : (await ours.admin(routes.listRemoteComputers, { params: { accountId } })).items;
  const hosts = agents.map((agent, index): RuledHost => {
    const name = ['web-a', 'web-b'][index]!;
    return { name, agent, hostId: kind === 'own' ? agent.hostId : known.find((one) => one.name === name)!.hostId! };
  }) as [RuledHost, RuledHost];
  const numbers = new Map(computers.map(({ ID, hostName }) => [hostName, ID]));
  const advance = (ms: number) => {
    for (const { clock } of [ours, theirs]) clock.advance(ms);
  };

  const house: ChangeHouse = {
    ...{ kind, accountId, rulingId, operator, second, ruling, hosts, policyId },
    async ask(wish, more = {}) {
      advance(1);
      return operator(routes.createChange, { params: { accountId }, body: { wish, reason: 'as asked', ...more } });
    },
    async approve(changeId) {
      advance(1);
      return second(routes.approveChange, { params: { changeId }, body: {} });
    },
    async apply(changeId) {
      advance(1);
      return operator(routes.applyChange, { params: { changeId } });
    },
    async carryOut(wish, more) {
      const { id } = await house.ask(wish, more);
      await house.approve(id);
      return house.apply(id);
    },
    async revert(changeId) {
      advance(1);
      return operator(routes.revertChange, { params: { changeId }, body: { reason: 'as it was' } });
    },
    async keep() {
      // A host speaks after what was changed, never in the same instant.
      advance(1000);
      for (const { agent } of hosts) await keepTo(agent);
      await sync();
    },
    documentOf: async ({ agent }) => (await policyOf(agent)).document.modules,
    settled: (id, state) =>
      until(
        async () => {
          await house.keep();
          await ours.manager.runTicks();
          const change = await operator(routes.getChange, { params: { changeId: id } });
          return change.state === state ? change : undefined;
        },
        `the change is not ${state}`,
        60_000,
      ),
    find: (events) => (kind === 'own' ? findByAgents(house, events) : findBySyslog(two, house, numbers, events)),
    async passTime(ms) {
      advance(ms);
      await sync();
    },
    later: (ms = 3_600_000) => new Date(ours.clock.now().getTime() + ms).toISOString(),
  };
  return house;
}

async function accountOf(two: TwoManagers, kind: ChangeHouse['kind']) {
  if (kind === 'remote') {
    const { accountId, theirAccountId: rulingId, tenant: ruling } = await two.attach('changes-remote');
    await two.ours.admin(routes.addSource, {
      params: { accountId },
      body: { name: 'their manager', kind: 'address', value: '127.0.0.1' },
    });
    return { accountId, rulingId, ruling };
  }
  const { accountId, api: ruling } = await two.ours.makeAccount('changes-own');
  return { accountId, rulingId: accountId, ruling };
}

async function keepTo(agent: SimulatedAgent): Promise<void> {
  const assigned = await policyOf(agent);
  const said = modules.map((module: Module): ModuleStatus => {
    const state = assigned.document.modules[module].state === 'off' ? 'off' : 'active';
    return { module, state, causes: [], figures: {} };
  });
  agent.kill();
  await (await agent.heartbeat({ modules: said, policy: { id: assigned.policyId, version: assigned.version } }))
    .received;
}

const nameOf = async ({ ruling }: ChangeHouse, id: number) =>
  String((await ruling.call('describeIntrusionPreventionRule', { intrusionPreventionRuleID: id }))['name']);

async function findByAgents(house: ChangeHouse, events: readonly FoundEvent[]): Promise<void> {
  for (const { host, ruleId, isDenied } of events)
    await host.agent.sendDetections([
      host.agent.makeDetection({
        ...{
          module: 'intrusion',
          kind: 'intrusion.matched',
          rule: { id: `intrusion:${ruleId}`, name: await nameOf(house, ruleId) },
        },
        ...(isDenied
          ? { action: 'denied', actionResult: 'success', mode: 'prevent' }
          : { action: 'observed', actionResult: 'none', mode: 'detect' }),
      }),
    ]);
}

/** As the tenant's manager forwards them: the computer by the number that the tenant has given it. */
async function findBySyslog(
  { ours }: TwoManagers,
  house: ChangeHouse,
  numbers: ReadonlyMap<string, number>,
  events: readonly FoundEvent[],
): Promise<void> {
  const { accountId } = house;
  const lines: string[] = [];
  for (const [index, { host, ruleId, isDenied }] of events.entries()) {
    const head = `<134>${ours.clock.now().toISOString()} dsm CEF:0|Trend Micro|Deep Security Agent|20.0|${1_000_000 + ruleId}|${await nameOf(house, ruleId)}|8|`;
    const computer = `cn1=${numbers.get(host.name)} cn1Label=Host ID dvchost=${host.name} act=${isDenied ? 'Reset' : 'IDS:Reset'}`;
    lines.push(`${head}${computer} src=198.51.100.${index + 1} dst=192.0.2.1 spt=${40_000 + index} dpt=80 cnt=1`);
  }
  const count = async () =>
    (await ours.admin(routes.listDetections, { query: { accountId, limit: 500 } })).items.length;
  const before = await count();
  await new Promise<void>((sent, failed) => {
    const [host, port] = ours.manager.intake.syslogTcp!.split(':');
    connect(Number(port), host)
      .once('error', failed)
      .end(`${lines.join('\n')}\n`, () => sent());
  });
  await until(async () => ((await count()) >= before + lines.length ? true : undefined), 'the records did not arrive');
}
