import { setImmediate as turn } from 'node:timers/promises';
import type { Actor, PolicyDocument } from '@sakimori/contract';
import {
  type AccountConfiguration,
  ancestorsOf,
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  type OnChanged,
  scopeOf,
  selectComputers,
} from '../configuration/index.ts';
import { assignPolicies, lockHosts } from '../hosts/index.ts';
import { announce, newId, type Platform, sha256, sql, type Tx } from '../platform/index.ts';
import { compileDocument } from './compile/document.ts';
import { CompileMemo } from './compile/memo.ts';
import {
  insertTarget,
  insertVersion,
  markTargetRemoved,
  selectTargets,
  type TargetRow,
  updateTarget,
} from './target-store.ts';

export type By = Pick<Actor, 'name'> & { readonly reason: string };

/** A change of these alone means nothing to agents. */
const withoutEffect = new Set([
  ...['Role', 'Administrator', 'Contact', 'ComputerGroup', 'Certificate', 'ScheduledTask', 'EventBasedTask'],
  ...['AWSConnector', 'GCPConnector', 'VCenterConnector', 'DataCenterGateway', 'AgentVersionControl'],
]);

/**
 * Makes what hosts must do follow the configuration, in the transaction of the change: a **target** is what a policy compiles to, for the
 * computers that use it as it is, or for one computer that has overrides. A target whose document changes gets a new version, and connected
 * agents fetch it at once.
 * @throws what `compileDocument` throws: then nothing of the change is stored
 */
export function followConfiguration(platform: Platform, by: By): OnChanged {
  return async (edit, after) => {
    const scope = affectedBy(edit, after);
    if (scope === 'none' && edit.computers.size === 0) return;
    const follow = new Follow(platform, edit.tx, after, edit.at, by);
    await follow.loadTargets();
    if (scope !== 'none') await follow.compilePolicies(scope);
    if (edit.computers.size > 0) await follow.assignComputers([...edit.computers]);
  };
}

type Affected = 'all' | 'none' | ReadonlySet<number>;

/** The policies whose documents a change can touch: themselves and those below them, or all where a shared object changed. */
function affectedBy(edit: ConfigurationEdit, after: ConfigurationView): Affected {
  const relevant = edit.changes.filter(({ kind }) => kind !== 'Computer' && !withoutEffect.has(kind));
  if (relevant.length === 0) return 'none';
  if (relevant.some(({ kind }) => kind !== 'Policy')) return 'all';
  const changed = new Set(relevant.map(({ id }) => id));
  const below = after.list('Policy').map((policy) => policy['ID'] as number);
  return new Set([...changed, ...below.filter((id) => ancestorsOf(after, id).some((above) => changed.has(above)))]);
}

/** Everything of an account is compiled anew, and every host gets the target that it should have. */
export async function compileAll(platform: Platform, tx: Tx, view: AccountConfiguration, by: By): Promise<void> {
  const follow = new Follow(platform, tx, view, platform.clock.now(), by);
  await follow.loadTargets();
  await follow.compilePolicies('all');
  await follow.assignComputers(undefined);
}

/** The target of computers that have no policy; made where there is none. */
export async function targetOfNoPolicy(
  platform: Platform,
  tx: Tx,
  view: AccountConfiguration,
  by: By,
): Promise<string> {
  const follow = new Follow(platform, tx, view, platform.clock.now(), by);
  await follow.loadTargets();
  return follow.targetOfNoPolicy();
}

const keyOf = (number: number, computerNumber: number): string => `${number}:${computerNumber}`;

class Follow {
  readonly #platform: Platform;
  readonly #tx: Tx;
  readonly #view: AccountConfiguration;
  readonly #at: Date;
  readonly #by: By;
  readonly #targets = new Map<string, TargetRow>();
  readonly #tried = new Set<string>();
  readonly #memo = new CompileMemo();

  constructor(platform: Platform, tx: Tx, view: AccountConfiguration, at: Date, by: By) {
    this.#platform = platform;
    this.#tx = tx;
    this.#view = view;
    this.#at = at;
    this.#by = by;
  }

  async loadTargets(): Promise<void> {
    for (const row of await selectTargets(this.#tx, this.#view.accountId))
      this.#targets.set(keyOf(row.number, row.computer_number), row);
  }

  async compilePolicies(affected: 'all' | ReadonlySet<number>): Promise<void> {
    const policies = this.#view.list('Policy').map((policy) => policy['ID'] as number);
    const wanted = affected === 'all' ? [0, ...policies] : policies.filter((id) => affected.has(id));
    for (const id of wanted) {
      const known = this.#targets.get(keyOf(id, 0));
      // No computer is without a policy until one is; then its target is made.
      if (id === 0 && !known) continue;
      await this.#put(id, 0, await this.#compile(id), known);
    }
    for (const target of [...this.#targets.values()])
      if (target.number !== 0 && !this.#view.get('Policy', target.number)) await this.#remove(target);
    await this.#compileOverridden(affected);
  }

  /** Computers with overrides of their own, below the policies that changed. */
  async #compileOverridden(affected: 'all' | ReadonlySet<number>): Promise<void> {
    for (const computer of await selectComputers(this.#tx, this.#view.accountId, sql`and c.overrides is not null`)) {
      const number = computer.policy_id ?? 0;
      const isAffected = affected === 'all' || affected.has(number);
      if (!isAffected) continue;
      if (computer.host_id === null) await this.#try(computer);
      else await this.#targetOf(computer, true);
    }
  }

  /** Gives hosts the targets of their computers. @param ids the computers, or all */
  async assignComputers(ids: readonly number[] | undefined): Promise<void> {
    const filter = ids ? sql`and c.id = any(${ids})` : sql`and c.host_id is not null`;
    const computers = await selectComputers(this.#tx, this.#view.accountId, filter);
    for (const computer of computers) if (computer.host_id === null && computer.overrides) await this.#try(computer);
    const managed = computers.filter(({ host_id }) => host_id !== null);
    await lockHosts(
      this.#tx,
      managed.map(({ host_id }) => host_id!),
    );
    const byTarget = new Map<string, string[]>();
    for (const computer of managed) {
      const target = await this.#targetOf(computer, ids !== undefined);
      const hosts = byTarget.get(target) ?? [];
      hosts.push(computer.host_id!);
      byTarget.set(target, hosts);
    }
    for (const [target, hosts] of byTarget) await assignPolicies(this.#tx, this.#view.accountId, hosts, target);
  }

  /** @param isChanged its overrides may have changed */
  async #targetOf(computer: ComputerRow, isChanged: boolean): Promise<string> {
    const number = computer.policy_id ?? 0;
    const computerNumber = computer.overrides ? computer.id : 0;
    const known = this.#targets.get(keyOf(number, computerNumber));
    if (known && !(isChanged && computer.overrides)) return known.id;
    const document = await this.#compile(number, computer.overrides ? computer : undefined);
    return this.#put(number, computerNumber, document, known);
  }

  async targetOfNoPolicy(): Promise<string> {
    const known = this.#targets.get(keyOf(0, 0));
    return known?.id ?? this.#put(0, 0, await this.#compile(0), known);
  }

  /** A computer that waits for its agent: what is set on it must hold when the agent comes. @throws what `compileDocument` throws */
  async #try(computer: ComputerRow): Promise<void> {
    const key = `${computer.policy_id ?? 0} ${JSON.stringify(computer.overrides)}`;
    if (this.#tried.has(key)) return;
    this.#tried.add(key);
    await this.#compile(computer.policy_id ?? 0, computer);
  }

  /** Others get their turn before each: hundreds may be compiled, some milliseconds each. */
  async #compile(number: number, computer?: ComputerRow): Promise<PolicyDocument> {
    await turn();
    const scope = scopeOf(this.#view, number || undefined, computer?.overrides ?? undefined);
    const options = { heartbeatSeconds: this.#platform.config.SAKIMORI_HEARTBEAT_SECONDS };
    return compileDocument(scope, options, this.#memo);
  }

  async #put(
    number: number,
    computerNumber: number,
    document: PolicyDocument,
    known: TargetRow | undefined,
  ): Promise<string> {
    const name = String(this.#view.get('Policy', number)?.['name'] ?? noPolicyName);
    const text = JSON.stringify(document);
    // A document that somebody writes is a new version, also where it says what the one before said.
    const digest = sha256(`${text}${String(this.#view.get('Policy', number)?.['_written'] ?? '')}`);
    const { accountId } = this.#view;
    if (known && known.digest === digest) {
      if (known.name !== name) await updateTarget(this.#tx, accountId, { ...known, name }, this.#at);
      return known.id;
    }
    const target: TargetRow = {
      ...{ id: known?.id ?? newId(this.#platform.clock), number, computer_number: computerNumber, name, digest },
      version: (known?.version ?? 0) + 1,
    };
    await (known
      ? updateTarget(this.#tx, accountId, target, this.#at)
      : insertTarget(this.#tx, accountId, target, this.#at));
    await insertVersion(this.#tx, accountId, {
      ...{ policyId: target.id, version: target.version, text, at: this.#at },
      ...{ by: this.#by.name, reason: this.#by.reason },
    });
    await announce(this.#tx, { topic: 'policy', accountId, id: target.id });
    this.#targets.set(keyOf(number, computerNumber), target);
    return target.id;
  }

  async #remove(target: TargetRow): Promise<void> {
    await markTargetRemoved(this.#tx, this.#view.accountId, target.id, this.#at);
    this.#targets.delete(keyOf(target.number, target.computer_number));
    await announce(this.#tx, { topic: 'policy', accountId: this.#view.accountId, id: target.id });
  }
}

/** What the console shows for computers that have no policy. */
const noPolicyName = '(no policy)';
