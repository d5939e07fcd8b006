import {
  type Actor,
  type ChangeHost,
  type ChangeLine,
  type ChangeWish,
  phrase,
  Refusal,
  type UpgradeHost,
} from '@sakimori/contract';
import { selectComputers } from '../../configuration/index.ts';
import { sql } from '../../platform/index.ts';
import { changeState, createPlan, getPlan, planHosts, type UpgradeParts } from '../../upgrades/index.ts';
import { previewOf } from '../impact.ts';
import { type ChangeKind, Unsupported, type Work } from '../kind.ts';

type AgentWish = Extract<ChangeWish, { kind: 'agent' }>;
const linesMax = 500;

/**
 * Agents brought to another build in rings (S59): a plan of `upgrades` carries it out and has the stop rule; the change has its diff, approval and
 * result. Agents that fail go back by themselves; what is done is not taken back, an older build is another change.
 */
export const agentChange = (upgrades: UpgradeParts): ChangeKind<AgentWish> => ({
  async prepare({ platform, accountId, way }, { build }) {
    if (way.backend.kind === 'remote')
      throw new Unsupported({
        ja: phrase('ja', 'change.unsupported.remoteAgent'),
        en: phrase('en', 'change.unsupported.remoteAgent'),
      });
    const planned = await planHosts(upgrades, accountId, build);
    const reached = await computersOf({ platform, accountId }, planned.hosts);
    const diff = planned.hosts.slice(0, linesMax).map(
      ({ name, version }): ChangeLine => ({
        type: 'agent',
        name,
        field: 'build',
        before: version,
        after: planned.build,
      }),
    );
    const preview = await previewOf(platform, accountId, reached, () => undefined, ['agentsUncounted']);
    return { subject: `${phrase('ja', 'changeKind.agent')}：${planned.build}`, steps: [], diff, preview };
  },
  async apply(work, { wish, reason, number }) {
    const { build, upgrade } = wish as AgentWish;
    const actor = work.way.by.actor as Actor;
    const given = { ...upgrade, build, reason: `change #${number}: ${reason}`.slice(0, 300) };
    const { id: planId } = await createPlan(upgrades, actor, work.accountId, given);
    const plan = await changeState(work.platform, actor, planId, 'start');
    return { made: {}, planId, hosts: await hostsOf(work, plan.hosts) };
  },
  async verify(work, { planId }) {
    const plan = await getPlan(work.platform, work.way.by.actor as Actor, planId!);
    const hosts = await hostsOf(work, plan.hosts);
    if (plan.state === 'draft' || plan.state === 'running' || plan.state === 'paused')
      return { outcome: 'waiting', hosts };
    const { done, failed, rolledBack, cancelled } = plan.counts;
    const isGood = failed + rolledBack + cancelled === 0;
    const detail = `ok ${done}, failed ${failed + rolledBack}${cancelled > 0 ? `, not begun ${cancelled}` : ''}`;
    return { outcome: isGood ? 'confirmed' : 'failed', hosts, ...(isGood ? {} : { detail }) };
  },
  async revert() {
    throw new Refusal('wrong_state', { what: 'change', state: 'change-agent' });
  },
});

async function computersOf(
  { platform, accountId }: Pick<Work, 'platform' | 'accountId'>,
  hosts: readonly { readonly id: string; readonly name: string }[],
) {
  const ids = hosts.map(({ id }) => id);
  const rows = await platform.database.as(accountId, (tx) =>
    selectComputers(tx, accountId, sql`and c.host_id = any(${ids})`),
  );
  const byHost = new Map(rows.map(({ host_id, id }) => [host_id, id]));
  return hosts.map(({ id, name }) => ({ computerId: byHost.get(id) ?? 0, hostId: id, name }));
}

const states: Readonly<Record<UpgradeHost['state'], ChangeHost['state']>> = {
  waiting: 'waiting',
  upgrading: 'waiting',
  done: 'confirmed',
  failed: 'failed',
  rolled_back: 'failed',
  cancelled: 'failed',
};

async function hostsOf(work: Work, hosts: readonly UpgradeHost[]): Promise<ChangeHost[]> {
  const named = hosts.map(({ hostId, hostName }) => ({ id: hostId, name: hostName }));
  const computers = await computersOf(work, named);
  return hosts.map(({ state, isOffline, code, detail, nowVersion, endedAt }, index): ChangeHost => {
    const said = [code && phraseOrCode(code), detail].filter(Boolean).join(' ');
    return {
      ...{ ...computers[index]!, state: isOffline ? 'offline' : states[state] },
      ...(said || nowVersion ? { detail: [nowVersion, said].filter(Boolean).join(': ').slice(0, 1000) } : {}),
      ...(endedAt ? { at: endedAt } : {}),
    };
  });
}

const phraseOrCode = (code: string): string => code.replaceAll('_', ' ');
