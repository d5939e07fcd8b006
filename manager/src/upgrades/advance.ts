import type { ModuleStatus, UpgradeHost } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { giveTasks } from '../hosts/index.ts';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import {
  changePlan,
  endHost,
  giveHost,
  type HostRow,
  lockPlan,
  type PlanRow,
  selectPlanHosts,
  selectPlans,
} from './store.ts';

/** Hosts of one account that exchange their agent at the same time. */
const atOnceMax = 50;
/** Beside the host's own time: what download and installation may take. */
const graceMs = 30 * 60_000;
const minuteMs = 60_000;
const system = { kind: 'system' as const, id: '00000000-0000-0000-0000-000000000000', name: 'Sakimori' };

/** Looks after every plan that is under way: what became of hosts, whether the stop rule holds, and who is next. */
export async function advanceAll(platform: Platform): Promise<void> {
  const plans = await platform.database.asProvider((tx) => selectPlans(tx, { running: true }, 10_000));
  for (const { tenant_id, id } of plans)
    await platform.database.as(tenant_id, (tx) => advance(tx, platform, tenant_id, id));
}

async function advance(tx: Tx, platform: Platform, accountId: string, id: string): Promise<void> {
  await lockPlan(tx, id);
  const [plan] = await selectPlans(tx, { id }, 1);
  if (!plan || (plan.state !== 'running' && plan.state !== 'paused')) return;
  const now = platform.clock.now();
  const hosts: HostRow[] = [];
  let isChanged = false;
  for (const host of await selectPlanHosts(tx, [id])) {
    const end = endOf(host, plan, now);
    if (end) {
      isChanged = true;
      await endHost(tx, accountId, id, { hostId: host.host_id, at: now, ...end });
    }
    hosts.push(end ? { ...host, state: end.state } : host);
  }
  const isStopped = plan.state === 'running' && breaksRule(plan, hosts);
  if (isStopped) await stop(tx, platform, plan, hosts, now);
  else if (plan.state === 'running') isChanged = (await goOn(tx, platform, plan, hosts, now)) || isChanged;
  if (isChanged || isStopped) await announce(tx, { topic: 'installation', accountId });
}

type End = { readonly state: UpgradeHost['state']; readonly code?: string; readonly detail?: string };

/** What became of a host that is under way or not there any more; undefined where nothing has. */
function endOf(host: HostRow, { settings, target }: PlanRow, now: Date): End | undefined {
  if (host.retired_at && (host.state === 'waiting' || host.state === 'upgrading'))
    return { state: 'cancelled', code: 'retired' };
  if (host.state !== 'upgrading' || !host.given_at) return undefined;
  const detail = host.task_detail === null ? {} : { detail: host.task_detail };
  const waitedMs = now.getTime() - host.given_at.getTime();
  if (host.task_state === 'failed' || host.task_state === 'not_supported') {
    if (/^rolled back/.test(host.task_detail ?? '')) return { state: 'rolled_back', code: 'rolled_back', ...detail };
    return { state: 'failed', code: host.task_state === 'failed' ? 'failed' : 'not_supported', ...detail };
  }
  const late = waitedMs > settings.healthMinutes * minuteMs + graceMs;
  if (host.task_state !== 'done') return late ? { state: 'failed', code: 'no_answer' } : undefined;
  // The host says that it is done; what counts is what its heartbeat says.
  const isHeard = host.last_seen_at !== null && host.last_seen_at > host.given_at;
  if (host.now_version !== target.build || !isHeard || !host.is_connected)
    return late ? { state: 'failed', code: 'other_version' } : undefined;
  const lost = lostModules(host.modules_before ?? [], host.modules);
  if (lost.length === 0) return { state: 'done' };
  return late ? { state: 'failed', code: 'modules', detail: lost.join(', ') } : undefined;
}

/** Modules that were at work before and are not now. */
const lostModules = (before: readonly ModuleStatus[], now: readonly ModuleStatus[]): string[] =>
  before
    .filter(({ state }) => state === 'active')
    .map(({ module }) => module)
    .filter((module) => now.find((one) => one.module === module)?.state !== 'active');

function breaksRule({ settings }: PlanRow, hosts: readonly HostRow[]): boolean {
  const failed = hosts.filter(({ state }) => state === 'failed' || state === 'rolled_back').length;
  const { failuresMax, failuresPercentMax } = settings;
  return failed > failuresMax || (failuresPercentMax !== undefined && failed * 100 > failuresPercentMax * hosts.length);
}

async function stop(tx: Tx, platform: Platform, plan: PlanRow, hosts: readonly HostRow[], now: Date): Promise<void> {
  const { tenant_id: accountId, id } = plan;
  for (const { host_id: hostId } of hosts.filter(({ state }) => state === 'waiting'))
    await endHost(tx, accountId, id, { hostId, state: 'cancelled', code: 'stop_rule', at: now });
  await changePlan(tx, accountId, id, { from: ['running'], to: 'stopped', at: now });
  const failed = hosts
    .filter(({ state }) => state === 'failed' || state === 'rolled_back')
    .map((host) => host.host_name);
  const facts = { failed: failed.slice(0, 20).join(', '), build: plan.target.build };
  await note(tx, platform.clock, {
    accountId,
    actor: system,
    action: 'upgrade.stopped',
    target: `upgrade:${id}`,
    facts,
  });
}

/** Gives the next hosts their task. Hosts that are away hold up no ring; they are served when they come back. @returns whether anything changed */
async function goOn(tx: Tx, platform: Platform, plan: PlanRow, hosts: readonly HostRow[], now: Date): Promise<boolean> {
  const { tenant_id: accountId, id, settings, target } = plan;
  const busy = hosts.filter(({ state }) => state === 'upgrading').length;
  const ready = (ring: number) =>
    hosts.filter((host) => host.state === 'waiting' && host.is_connected && host.ring <= ring);
  const last = Math.max(0, ...hosts.map(({ ring }) => ring));
  let { ring } = plan;
  while (busy === 0 && ready(ring).length === 0 && ring < last) ring += 1;
  const next = ready(ring).slice(0, Math.max(0, atOnceMax - busy));
  for (const host of next) {
    const facts = {
      ...{ plan: id, build: target.build, architecture: target.architecture, minutes: settings.healthMinutes },
      ...Object.fromEntries(Object.entries(target.files).map(([name, { sha256 }]) => [name, sha256])),
    };
    const [task] = await giveTasks(tx, platform, accountId, [host.host_id], 'agent-upgrade', plan.created_by, facts);
    if (task)
      await giveHost(tx, accountId, id, { hostId: host.host_id, taskId: task.id, at: now, modules: host.modules });
  }
  const isOver = hosts.every(({ state }) => state !== 'waiting' && state !== 'upgrading');
  if (!isOver) {
    if (ring !== plan.ring) await changePlan(tx, accountId, id, { from: ['running'], to: 'running', at: now, ring });
    return next.length > 0 || ring !== plan.ring;
  }
  await changePlan(tx, accountId, id, { from: ['running'], to: 'done', at: now, ring });
  const count = (state: UpgradeHost['state']) => hosts.filter((host) => host.state === state).length;
  const facts = { build: target.build, done: count('done'), failed: count('failed') + count('rolled_back') };
  await note(tx, platform.clock, { accountId, actor: system, action: 'upgrade.done', target: `upgrade:${id}`, facts });
  return true;
}
