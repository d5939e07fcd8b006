import type { ChangeHost, ChangeWish } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql } from '../platform/index.ts';
import { aimsOf, itemsOf, type Reached, reachedBy } from './impact.ts';
import type { Applied, ChangeKind, Verdict, Work } from './kind.ts';
import type { RuleType } from './places.ts';
import { applySteps, type Step, undoApplied } from './steps.ts';

/** A kind that is carried out as steps of the public API and verified by what hosts report of their policy: all but the exchange of agents. */
export const bySteps = <Wish extends ChangeWish>(prepare: ChangeKind<Wish>['prepare']): ChangeKind<Wish> => ({
  prepare,
  async apply({ platform, way }, { steps }) {
    const reached = await reachedBy(platform, way, aimsOf(steps));
    return { made: await applySteps(way, steps), hosts: reached.map(waiting) };
  },
  verify: verifyHosts,
  async revert({ way }, { steps, made }) {
    await undoApplied(way, steps, made);
  },
});

export const waiting = ({ computerId, hostId, name }: Reached): ChangeHost => ({
  ...{ computerId, name: name.slice(0, 300), state: 'waiting' },
  ...(hostId ? { hostId } : {}),
});

const moduleOfRule: Readonly<Record<RuleType, string>> = {
  IntegrityMonitoringRule: 'integrityMonitoring',
  IntrusionPreventionRule: 'intrusionPrevention',
};

/** The modules that a change speaks to. */
function modulesOf(steps: readonly Step[]): Set<string> {
  return new Set(
    steps.flatMap((step) => {
      if (step.do === 'make' || step.place.type === 'task') return [];
      if ('rule' in step.place) return [moduleOfRule[step.place.rule]];
      return step.fields.map(({ path }) => path.split('.')[0]!).filter((part) => !part.endsWith('Settings'));
    }),
  );
}

/**
 * A host has it when its agent has spoken since, keeps to the newest policy that is meant for it, and no module that the change speaks to is in error.
 * The words are the API's (`lastSendPolicySuccess`, `moduleStatus`), so that hosts of another manager are held to the same.
 */
async function verifyHosts({ way, platform, accountId }: Work, change: Applied, since: Date): Promise<Verdict> {
  if (change.hosts.length === 0) return { outcome: 'confirmed', hosts: [] };
  const modules = modulesOf(change.steps);
  const expand = ['computerStatus', ...modules];
  const answer =
    change.hosts.length === 1
      ? [
          await way.backend.perform('describeComputer', way.by, {
            params: { computerID: change.hosts[0]!.computerId },
            query: { expand },
          }),
        ]
      : itemsOf(await way.backend.perform('listComputers', way.by, { query: { expand } }));
  const computers = new Map(answer.map((computer) => [computer['ID'] as number, computer]));
  const now = platform.clock.now().toISOString();
  const versions = way.backend.kind === 'own' ? await versionsOf({ platform, accountId }, change.hosts) : undefined;
  const hosts = change.hosts.map((host): ChangeHost => {
    if (host.state === 'confirmed' || host.state === 'failed') return host;
    const { detail: _, ...rest } = host;
    const computer = computers.get(host.computerId);
    const said = computer
      ? saidBy(computer, modules, since)
      : { state: 'failed' as const, detail: 'the computer is gone' };
    const version = host.hostId ? versions?.get(host.hostId) : undefined;
    return {
      ...{ ...rest, ...said },
      ...(said.state === 'confirmed' ? { at: now, ...(version === undefined ? {} : { version }) } : {}),
    };
  });
  const isOver = hosts.every(({ state }) => state === 'confirmed' || state === 'failed');
  const failed = hosts.filter(({ state }) => state === 'failed');
  if (!isOver) return { outcome: 'waiting', hosts };
  return failed.length > 0
    ? {
        outcome: 'failed',
        hosts,
        detail: failed
          .map(({ name }) => name)
          .join(', ')
          .slice(0, 1000),
      }
    : { outcome: 'confirmed', hosts };
}

type ModuleOfComputer = {
  readonly state?: string;
  readonly moduleStatus?: { readonly agentStatus?: string; readonly agentStatusMessage?: string };
};

function saidBy(computer: ApiObject, modules: ReadonlySet<string>, since: Date): Pick<ChangeHost, 'state' | 'detail'> {
  const [asked, kept, spoke] = ['lastSendPolicyRequest', 'lastSendPolicySuccess', 'lastAgentCommunication'].map(
    (name) => computer[name] as number | undefined,
  );
  const status = computer['computerStatus'] as { agentStatus?: string; agentStatusMessages?: string[] } | undefined;
  if (status?.agentStatus === 'inactive' || spoke === undefined) return { state: 'offline', detail: 'no agent' };
  const words = status?.agentStatusMessages?.join('; ').slice(0, 1000);
  if (words === 'Offline') return { state: 'offline', detail: words };
  if (spoke < since.getTime()) return { state: 'waiting' };
  if (kept === undefined || (asked !== undefined && kept < asked))
    return { state: 'waiting', ...(status?.agentStatus === 'error' && words ? { detail: words } : {}) };
  for (const module of modules) {
    const { state, moduleStatus: said } = (computer[module] ?? {}) as ModuleOfComputer;
    if (said?.agentStatus === 'error' || said?.agentStatus === 'not-supported')
      return { state: 'failed', detail: `${module}: ${said.agentStatusMessage ?? said.agentStatus}`.slice(0, 1000) };
    const isStillOn = state === 'off' && said?.agentStatus === 'active';
    if (said?.agentStatus === 'warning' || isStillOn)
      return { state: 'waiting', detail: `${module}: ${said?.agentStatusMessage ?? ''}`.slice(0, 1000) };
  }
  return { state: 'confirmed' };
}

/** The version of the policy that each host says it keeps to. */
async function versionsOf(
  { platform, accountId }: Pick<Work, 'platform' | 'accountId'>,
  hosts: readonly ChangeHost[],
): Promise<ReadonlyMap<string, number>> {
  const ids = hosts.flatMap(({ hostId }) => hostId ?? []);
  const rows = await platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ id: string; applied_version: number }>`
      select id, applied_version from hosts_for_configuration
      where tenant_id = ${accountId} and id = any(${ids}) and applied_version is not null`),
  );
  return new Map(rows.map(({ id, applied_version }) => [id, applied_version]));
}
