import { type Actor, type HostRecommendations, type HostRule, Refusal, routes } from '@sakimori/contract';
import {
  type ComputerRow,
  type ConfigurationEdit,
  namedObject,
  readConfiguration,
  ruleModules,
  type Scope,
  scopeOf,
} from '../configuration/index.ts';
import { askHost } from '../hosts/index.ts';
import { type BoundRoute, type Platform, serve, sql, type Tx } from '../platform/index.ts';
import { changeConfiguration, severityOf } from '../policies/index.ts';
import { applyStandard, changeAssignment, computerOfHost } from './assignment.ts';
import { type ModuleRecommendations, recommendationsOf } from './host-recommendations.ts';

export const recommendationRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.getHostRecommendations, async ({ params }, { actor }) => {
    const accountId = await accountOf(platform, actor, params.hostId);
    return platform.database.as(accountId, (tx) => present(tx, platform, accountId, params.hostId));
  }),
  serve(routes.scanForRecommendations, async ({ params }, { actor }) => {
    await askHost(platform, actor, params.hostId, { kind: 'recommendation-scan' });
    const accountId = await accountOf(platform, actor, params.hostId);
    return platform.database.as(accountId, (tx) => present(tx, platform, accountId, params.hostId));
  }),
  serve(routes.applyRecommendations, ({ params, body }, { actor }) =>
    change(platform, actor, params.hostId, body.reason, async (edit, computer) => {
      const { status } = await recommendationsOf(edit.tx, edit, computer, edit.at);
      if (status === 'none') throw new Refusal('wrong_state', { what: 'recommendation', state: 'none' });
      await applyStandard(edit, computer, body.modules);
    }),
  ),
  serve(routes.changeHostRules, ({ params, body }, { actor }) =>
    change(platform, actor, params.hostId, body.reason, async (edit, computer) => {
      const kind = ruleModules[body.module];
      if (body.assign.some((id) => !edit.get(kind, id))) throw new Refusal('not_found', { what: 'rule' });
      await changeAssignment(edit, computer, body.module, body);
    }),
  ),
];

/** The account of a host that the actor may see. @throws Refusal not_found */
async function accountOf(platform: Platform, actor: Actor, hostId: string): Promise<string> {
  const row = await platform.database.for(actor, (tx) =>
    tx.first(sql<{ tenant_id: string }>`select tenant_id from hosts_for_configuration where id = ${hostId}`),
  );
  if (!row) throw new Refusal('not_found', { what: 'host' });
  return row.tenant_id;
}

async function change(
  platform: Platform,
  actor: Actor,
  hostId: string,
  reason: string,
  work: (edit: ConfigurationEdit, computer: ComputerRow) => Promise<void>,
): Promise<HostRecommendations> {
  const accountId = await accountOf(platform, actor, hostId);
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const computer = await computerOfHost(edit.tx, accountId, hostId);
    if (!computer) throw new Refusal('not_found', { what: 'host' });
    await work(edit, computer);
  });
  return platform.database.as(accountId, (tx) => present(tx, platform, accountId, hostId));
}

async function present(tx: Tx, platform: Platform, accountId: string, hostId: string): Promise<HostRecommendations> {
  const computer = await computerOfHost(tx, accountId, hostId);
  const scan = await newestScan(tx, accountId, hostId);
  const scanPending = scan?.state === 'waiting' || scan?.state === 'sent';
  if (!computer) return { status: 'none', scanPending, scan, modules: [] };
  const view = await readConfiguration(tx, accountId);
  const { status, scannedAt, modules } = await recommendationsOf(tx, view, computer, platform.clock.now());
  const scope = scopeOf(view, computer.policy_id ?? undefined, computer.overrides ?? {});
  return {
    status,
    ...(scannedAt ? { scannedAt: scannedAt.toISOString() } : {}),
    ...{ scanPending, scan },
    modules: modules.map((module) => ({
      module: module.module,
      state: scope.module(module.module)['state'] as HostRecommendations['modules'][number]['state'],
      rules: rulesOf(scope, module),
    })),
  };
}

type Scan = NonNullable<HostRecommendations['scan']>;

async function newestScan(tx: Tx, accountId: string, hostId: string): Promise<Scan | undefined> {
  const row = await tx.first(sql<{ state: Scan['state']; created_at: Date; created_by: string; detail: string | null }>`
    select state, created_at, created_by, detail from hosts_task_newest
    where tenant_id = ${accountId} and host_id = ${hostId} and kind = 'recommendation-scan'`);
  if (!row) return undefined;
  return {
    ...{ state: row.state, askedAt: row.created_at.toISOString(), askedBy: row.created_by },
    ...(row.detail ? { detail: row.detail } : {}),
  };
}

function rulesOf(scope: Scope, found: ModuleRecommendations): HostRule[] {
  const kind = ruleModules[found.module];
  const own = new Set((scope.ownModule(found.module)['ruleIDs'] as number[] | undefined) ?? []);
  const assigned = new Set(found.assigned);
  const recommended = new Map(found.recommended.map((entry) => [entry.ID, entry]));
  const leftOut = new Set(found.leftOut);
  const deviations = new Set(found.deviations);
  const missing = new Set(found.missing);
  const ids = [...new Set([...recommended.keys(), ...assigned])].sort((a, b) => a - b);
  return ids.flatMap((id) => {
    const rule = scope.object(kind, id);
    if (!rule) return [];
    const standing = deviations.has(id)
      ? 'deviation'
      : missing.has(id)
        ? 'missing'
        : leftOut.has(id)
          ? 'left_out'
          : 'standard';
    return [
      {
        ...{ ...namedObject(rule), standing, assigned: assigned.has(id), inherited: assigned.has(id) && !own.has(id) },
        severity: recommended.get(id)?.severity ?? severityOf(rule),
        reasons: [...(recommended.get(id)?.reasons ?? [])],
      } satisfies HostRule,
    ];
  });
}
