import {
  type Actor,
  type EstimateReport,
  estimatedHostsMax,
  type IntegrityEstimate,
  type IntegrityPolicy,
  Refusal,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note } from '../../audit/index.ts';
import {
  type AccountConfiguration,
  type ConfigurationView,
  readConfiguration,
  scopeOf,
} from '../../configuration/index.ts';
import { giveTasks } from '../../hosts/index.ts';
import { announce, newId, type Platform, sha256, type Tick, type Tx } from '../../platform/index.ts';
import { compileDocument } from '../compile/document.ts';
import { compileFault } from '../compile/faults.ts';
import { findPolicy } from '../policies.ts';
import {
  dropEstimates,
  type EstimateHostRow,
  type EstimateRow,
  insertEstimate,
  selectDraft,
  selectEstimate,
  selectEstimateHosts,
  selectHostsOfPolicy,
  selectNewestFigures,
  updateEstimateHost,
} from './store.ts';

const dayMs = 86_400_000;
/** An estimate that is older says little of what a host has now. */
const validMs = 7 * dayMs;

export type EstimateWish = {
  readonly assign: readonly number[];
  readonly unassign: readonly number[];
  readonly document?: IntegrityPolicy | undefined;
  readonly hostIds?: readonly string[] | undefined;
};

/**
 * Has hosts of a policy count what its integrity rules would watch after a change that is not made.
 * @throws Refusal not_found; malformed for rules that no agent could carry out; wrong_state where no host that is heard has the policy
 */
export async function createEstimate(
  platform: Platform,
  actor: Actor,
  policyId: string,
  wish: EstimateWish,
): Promise<IntegrityEstimate> {
  const { tenant_id: accountId, number } = await platform.database.for(actor, (tx) => findPolicy(tx, policyId));
  return platform.database.as(accountId, async (tx) => {
    const draft = draftOf(platform, await readConfiguration(tx, accountId), number, wish);
    const all = await selectHostsOfPolicy(tx, accountId, number);
    const wanted = wish.hostIds ?? all.slice(0, estimatedHostsMax);
    if (wanted.some((id) => !all.includes(id))) throw new Refusal('not_found', { what: 'host' });
    if (wanted.length === 0) throw new Refusal('wrong_state', { what: 'policy', state: 'hostless' });
    const estimate: EstimateRow = {
      ...{ id: newId(platform.clock), policy_id: policyId, digest: digestOf(draft) },
      ...{ created_at: platform.clock.now(), created_by: actor.name, hosts_not_asked: all.length - wanted.length },
    };
    await insertEstimate(tx, accountId, { ...estimate, draft }, wanted);
    await giveTasks(tx, platform, accountId, wanted, 'integrity-estimate', actor.name, { estimate: estimate.id });
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'integrity.estimated', target: `policy:${policyId}` },
      facts: { estimate: estimate.id, hosts: wanted.length },
    });
    return describe(platform, estimate, await selectEstimateHosts(tx, accountId, estimate.id));
  });
}

/** What agents would be asked to watch. The module counts as on: who estimates before switching it on wants to know just that. */
function draftOf(
  platform: Platform,
  view: AccountConfiguration,
  number: number,
  { assign, unassign, document }: EstimateWish,
): IntegrityPolicy {
  if (document) return { ...document, state: 'on' };
  const kind = 'IntegrityMonitoringRule';
  if ([...assign, ...unassign].some((id) => !view.get(kind, id))) throw new Refusal('not_found', { what: 'rule' });
  const policy = view.get('Policy', number);
  if (!policy) throw new Refusal('not_found', { what: 'policy' });
  const module = (policy['integrityMonitoring'] ?? {}) as ApiObject;
  const own = ((module['ruleIDs'] as number[] | undefined) ?? []).filter((id) => !unassign.includes(id));
  const changed = { ...policy, integrityMonitoring: { ...module, ruleIDs: [...new Set([...own, ...assign])] } };
  return { ...integrityOf(platform, new ChangedPolicy(view, number, changed), number), state: 'on' };
}

/** The configuration with one policy as it would be. */
class ChangedPolicy implements ConfigurationView {
  readonly #view: AccountConfiguration;
  readonly #number: number;
  readonly #policy: ApiObject;

  constructor(view: AccountConfiguration, number: number, policy: ApiObject) {
    this.#view = view;
    this.#number = number;
    this.#policy = policy;
  }

  get accountId(): string {
    return this.#view.accountId;
  }
  get(kind: string, id: number): ApiObject | undefined {
    return kind === 'Policy' && id === this.#number ? this.#policy : this.#view.get(kind, id);
  }
  list(kind: string): readonly ApiObject[] {
    if (kind !== 'Policy') return this.#view.list(kind);
    return this.#view.list(kind).map((object) => (object['ID'] === this.#number ? this.#policy : object));
  }
}

/** @throws Refusal malformed where an agent could not carry it out */
export function integrityOf(platform: Platform, view: ConfigurationView, number: number): IntegrityPolicy {
  try {
    const options = { heartbeatSeconds: platform.config.SAKIMORI_HEARTBEAT_SECONDS };
    return compileDocument(scopeOf(view, number), options).modules.integrity;
  } catch (error) {
    throw compileFault(error) ?? error;
  }
}

/** Of what is watched alone, in whichever order: the time between scans changes nothing of it. */
const digestOf = ({ rules, entities = [], includeMounts = [] }: IntegrityPolicy): string =>
  sha256(
    [...rules, ...entities, ...includeMounts]
      .map((one) => JSON.stringify(one))
      .sort()
      .join('\n'),
  );

/** @throws Refusal not_found */
export async function getEstimate(
  platform: Platform,
  actor: Actor,
  policyId: string,
  estimateId: string,
): Promise<IntegrityEstimate> {
  const { tenant_id: accountId } = await platform.database.for(actor, (tx) => findPolicy(tx, policyId));
  return platform.database.as(accountId, async (tx) => {
    const estimate = await selectEstimate(tx, accountId, policyId, estimateId);
    if (!estimate) throw new Refusal('not_found', { what: 'estimate' });
    return describe(platform, estimate, await selectEstimateHosts(tx, accountId, estimateId));
  });
}

function describe(platform: Platform, estimate: EstimateRow, rows: readonly EstimateHostRow[]): IntegrityEstimate {
  const hosts = rows.map(({ host_id, name, state, figures, detail }) => ({
    ...{ hostId: host_id, name, state },
    ...(figures ? { figures } : {}),
    ...(detail === null ? {} : { detail }),
    aboveLimit: isAbove(platform, figures),
  }));
  const { SAKIMORI_INTEGRITY_FILES: files, SAKIMORI_INTEGRITY_SECONDS: seconds } = platform.config;
  return {
    ...{ id: estimate.id, policyId: estimate.policy_id, createdBy: estimate.created_by },
    createdAt: estimate.created_at.toISOString(),
    state: hosts.every(({ state }) => state === 'done' || state === 'failed') ? 'done' : 'counting',
    hosts,
    hostsNotAsked: estimate.hosts_not_asked,
    limits: { files, seconds },
    needsConfirmation: hosts.some(({ aboveLimit }) => aboveLimit),
  };
}

const isAbove = ({ config }: Platform, figures: EstimateHostRow['figures']): boolean =>
  figures !== null &&
  (figures.files > config.SAKIMORI_INTEGRITY_FILES || figures.seconds > config.SAKIMORI_INTEGRITY_SECONDS);

/**
 * Before integrity rules of a policy become others in our own API: where hosts have counted these very rules and there are more files than the limit, whoever
 * changes them must say that he has seen it. What nobody has counted is applied; clients of the Workload Security API know no confirmation.
 * @throws Refusal confirmation_required
 */
export async function checkConfirmation(
  tx: Tx,
  platform: Platform,
  change: {
    readonly accountId: string;
    readonly actor: Actor;
    readonly policyId: string;
    readonly before: IntegrityPolicy;
    readonly after: IntegrityPolicy;
    readonly confirmation: string | undefined;
  },
): Promise<void> {
  const { accountId, actor, policyId, before, after, confirmation } = change;
  const digest = digestOf(after);
  if (after.state === 'off' || (before.state === 'on' && digestOf(before) === digest)) return;
  const since = new Date(platform.clock.now().getTime() - validMs);
  const counted = await selectNewestFigures(tx, accountId, policyId, digest, since);
  const [most] = counted
    .filter(({ figures }) => isAbove(platform, figures))
    .sort((a, b) => b.figures.files - a.figures.files);
  if (!most) return;
  const { files, seconds } = most.figures;
  const facts = { files, seconds: Math.round(seconds), estimate: most.estimate_id };
  if (confirmation !== most.estimate_id) throw new Refusal('confirmation_required', facts);
  await note(tx, platform.clock, {
    ...{ accountId, actor, action: 'integrity.confirmed', target: `policy:${policyId}`, facts },
  });
}

type Host = { readonly accountId: string; readonly hostId: string };

/** What a host shall count for. @throws Refusal not_found for an estimate that it was not asked for */
export async function estimateDraft(platform: Platform, host: Host, estimateId: string): Promise<IntegrityPolicy> {
  const draft = await platform.database.as(host.accountId, (tx) => selectDraft(tx, host, estimateId));
  if (!draft) throw new Refusal('not_found', { what: 'estimate' });
  return draft;
}

/** Notes what a host has counted. @throws Refusal not_found for an estimate that it was not asked for, or has answered */
export async function recordEstimate(platform: Platform, host: Host, report: EstimateReport): Promise<void> {
  const { estimateId, state, figures, detail } = report;
  await platform.database.as(host.accountId, async (tx) => {
    if (!(await updateEstimateHost(tx, host, estimateId, { state, figures, detail })))
      throw new Refusal('not_found', { what: 'estimate' });
    await announce(tx, { topic: 'policy', accountId: host.accountId });
  });
}

export const forgetEstimates = (platform: Platform): Tick => ({
  name: 'policies.estimates',
  everyMs: 3_600_000,
  run: () =>
    platform.database.asProvider((tx) => dropEstimates(tx, new Date(platform.clock.now().getTime() - 4 * validMs))),
});
