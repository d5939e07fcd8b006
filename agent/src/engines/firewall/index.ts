import type { ModuleStatus } from '@sakimori/contract/module';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { ownRule } from '@sakimori/contract/rule-names';
import { toInstant } from '../../clock.ts';
import { interfaceNames, SurroundingsWatch } from '../../surroundings/index.ts';
import type { EngineTask } from '../engine.ts';
import { type CreateEngine, type DetectionDraft, type Engine, type EngineHost, PolicyFault } from '../engine.ts';
import { findAbilities } from './ability-probe.ts';
import type { Ability, Endpoint } from './compile/event-key.ts';
import { compileRuleSet, type RuleSet } from './compile/rule-set.ts';
import { hourOfWeek, scheduledRules } from './compile/schedule.ts';
import { surroundingsText } from './compile/surroundings.ts';
import { freshText, removalText } from './compile/table.ts';
import { PacketEvents } from './events/packet-events.ts';
import { HalfOpenWatch } from './half-open-watch.ts';
import { Isolation } from './isolation.ts';
import { hashOf, Memory } from './memory.ts';
import { createNft, type Nft, NftFault } from './nft.ts';
import {
  applyAtOnce,
  applyOnTrial,
  CutOff,
  type InForce,
  probeMs,
  type SafeApplyParts,
  trialKey,
} from './safe-apply.ts';
import { ShutOut } from './shut-out.ts';
import { SourceBlocks } from './source-blocks.ts';
import { statusOf } from './status.ts';
import { TableGuard } from './table-guard.ts';

/** How often the clock, the interfaces and what was missing are looked at again. */
const roundMs = 15_000;
/** So long after the firewall came on, connections that are older than it are not refused for having no beginning; where the policy does not say. */
const settleMs = 120_000;

/** @param path where `nft` is looked for; absent: in the system's folders */
export const createFirewallEngine =
  (path?: string): CreateEngine<'firewall'> =>
  (host) =>
    new FirewallEngine(host, createNft(path));

/** The firewall: one table of nftables, `inet sakimori_fw`, made from the policy. */
class FirewallEngine implements Engine<'firewall'> {
  readonly module = 'firewall';
  readonly #host: EngineHost;
  readonly #nft: Nft;
  readonly #events: PacketEvents;
  readonly #guard: TableGuard;
  readonly #shutOut: ShutOut;
  readonly #memory: Memory;
  readonly #isolation: Isolation;
  readonly #blocks: SourceBlocks;
  readonly #surroundings: SurroundingsWatch;
  readonly #halfOpen: HalfOpenWatch;
  #wanted: FirewallPolicy | undefined;
  #inForce: InForce | undefined;
  /** What the rules in force depend on besides the policy, as `#circumstances` told it. */
  #madeFor = '';
  #abilities: ReadonlySet<Ability> | undefined;
  #fault: NftFault | undefined;
  #cutOff: string | undefined;
  #settledAtMs = 0;
  #cancelRound: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: EngineHost, nft: Nft) {
    this.#host = host;
    this.#nft = nft;
    this.#memory = new Memory(host);
    this.#shutOut = new ShutOut(host, nft);
    this.#isolation = new Isolation(host, nft);
    this.#blocks = new SourceBlocks(host, nft);
    this.#surroundings = new SurroundingsWatch(host);
    this.#halfOpen = new HalfOpenWatch(host, nft);
    this.#events = new PacketEvents({ host, nft, onProbe: (...args) => this.#shutOutProber(...args) });
    this.#guard = new TableGuard({
      ...{ host, nft },
      expected: () => this.#inForce?.listing,
      heal: () => this.#heal(),
      inTurn: (work) => this.#inTurn(work),
    });
  }

  apply(policy: FirewallPolicy): Promise<void> {
    return this.#inTurn(async () => {
      await this.#isolation.look();
      await this.#blocks.look();
      if (policy.state === 'off') await this.#turnOff();
      else await this.#turnOn(policy);
      this.#wanted = policy;
      this.#cutOff = undefined;
      if (this.#isolation.untilMs !== undefined || this.#blocks.isAny) this.#keepRound();
    });
  }

  /** Isolation and blocks do not depend on the policy: they work where the firewall is off. */
  run({ kind, facts }: EngineTask): Promise<string> {
    return this.#inTurn(() => {
      this.#keepRound();
      switch (kind) {
        case 'isolate':
          return this.#isolation.isolate(facts);
        case 'release':
          return this.#isolation.release(facts);
        case 'block-source':
          return this.#blocks.block(facts);
        case 'unblock-source':
          return this.#blocks.unblock(facts);
        default:
          throw new Error(`The firewall does not do this: ${kind}.`);
      }
    });
  }

  status(): ModuleStatus {
    const status = this.#ownStatus();
    const { untilMs } = this.#isolation;
    const { notes, figures } = this.#blocks.notes();
    const isolated = untilMs === undefined ? [] : [{ code: 'firewall_isolated', facts: { until: toInstant(untilMs) } }];
    const all = [...(status.notes ?? []), ...isolated, ...notes];
    return { ...status, ...(all.length > 0 ? { notes: all } : {}), figures: { ...status.figures, ...figures } };
  }

  #ownStatus(): ModuleStatus {
    const policy = this.#wanted;
    if (!policy || policy.state === 'off') return { module: this.module, state: 'off', causes: [], figures: {} };
    return statusOf({
      rules: this.#inForce?.ruleSet.rules,
      isTap: policy.settings?.networkEngineMode === 'tap',
      leftOut: this.#inForce?.ruleSet.leftOut ?? [],
      fault: this.#fault,
      eventsProblem: this.#abilities?.has('packetLog') === false ? 'nfnetlink_log' : this.#events.problem,
      watchProblem: this.#guard.problem,
      isContested: this.#guard.isContested,
      cutOff: this.#cutOff,
      blocked: this.#shutOut.size,
    });
  }

  /** An engine that fails open takes its rules along; one that fails closed leaves them, and the next start takes them over. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#stopWatching();
      const staysClosed = this.#inForce?.policy.settings?.failureResponse.engine === 'closed';
      await this.#events.end();
      this.#events.stop();
      if (this.#inForce && !staysClosed) await this.#remove();
      this.#inForce = undefined;
    }).catch((error) => this.#host.log('error', `the rules could not be taken away: ${textOf(error)}`));
  }

  async #turnOff(): Promise<void> {
    this.#stopWatching();
    await this.#events.end();
    this.#events.stop();
    // A host that never had our table is not even asked for it.
    if (this.#inForce || this.#memory.isInstalled) await this.#remove();
    this.#inForce = undefined;
    this.#fault = undefined;
  }

  async #remove(): Promise<void> {
    try {
      await this.#nft.apply(removalText);
    } catch (error) {
      // Without the program nothing of ours can be there any more that it could remove.
      if (!(error instanceof NftFault && error.kind !== 'failed')) throw error;
      this.#host.log('warn', `the table cannot be removed: ${error.message}`);
    }
    await this.#memory.forget();
  }

  async #turnOn(policy: FirewallPolicy): Promise<void> {
    await this.#tellBrokenTrial();
    await this.#surroundings.look(policy.settings?.surroundings);
    if (await this.#isAble()) {
      await this.#events.start();
      if (!(await this.#takeOver(policy))) await this.#install(policy, true);
      await this.#guard.start();
    }
    this.#keepRound();
  }

  #keepRound(): void {
    this.#cancelRound ??= this.#host.clock.after(roundMs, () => this.#round());
  }

  async #isAble(): Promise<boolean> {
    try {
      this.#abilities ??= await findAbilities(this.#nft);
      this.#fault = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof NftFault)) throw error;
      this.#fault = error;
      return false;
    }
  }

  /** The agent before us died while new rules were on trial; the kernel has gone back to the old ones, or will. */
  async #tellBrokenTrial(): Promise<void> {
    if (this.#host.recall(trialKey) === undefined) return;
    const why = 'the agent ended before it could reach its manager under the new rules';
    await this.#host.report([rolledBackDraft(why)], { [trialKey]: undefined });
  }

  /** After a restart of the agent, the rules that stand there are left alone when they are the ones we would put there. */
  async #takeOver(policy: FirewallPolicy): Promise<boolean> {
    const kept = this.#memory.installed;
    if (this.#inForce || !kept) return false;
    const ruleSet = this.#compile(policy, kept.letter, kept.manager);
    const listing = await this.#nft.list();
    if (listing === undefined || hashOf(ruleSet.text) !== kept.text || hashOf(listing) !== kept.listing) return false;
    this.#inForce = { ruleSet, policy, listing };
    this.#halfOpen.follow(policy, ruleSet.letter);
    this.#madeFor = this.#circumstances(policy);
    await this.#events.begin(ruleSet, policy, false);
    return true;
  }

  /**
   * @param isNew the policy is one that the manager has sent, and not the same one at another time
   * @throws PolicyFault where the rules cannot be, or cut the manager off; Error where the manager is out of reach before them
   */
  async #install(policy: FirewallPolicy, isNew: boolean): Promise<void> {
    const manager = await this.#reach();
    const isConfirmed = this.#memory.isConfirmed(policy);
    if (!manager && isNew && !isConfirmed)
      throw new Error('The manager cannot be reached now, so new rules cannot be tried out; they will be later.');
    if (!this.#inForce && (await this.#nft.list()) === undefined)
      this.#settledAtMs = this.#host.clock.nowMs() + (policy.settings?.coldStartMs ?? settleMs);
    const madeFor = this.#circumstances(policy);
    const ruleSet = this.#compile(
      policy,
      this.#inForce?.ruleSet.letter === 'a' ? 'b' : 'a',
      manager ?? this.#memory.manager,
    );
    await this.#check(ruleSet);
    const parts: SafeApplyParts = { host: this.#host, nft: this.#nft, events: this.#events };
    await this.#memory.note();
    const isTried = manager !== undefined && !(isConfirmed && isNew);
    this.#inForce = isTried ? await this.#try(parts, ruleSet, policy) : await applyAtOnce(parts, ruleSet, policy);
    this.#madeFor = madeFor;
    this.#halfOpen.follow(policy, this.#inForce.ruleSet.letter);
    await this.#memory.keep(this.#inForce, manager ?? this.#memory.manager);
  }

  async #try(parts: SafeApplyParts, ruleSet: RuleSet, policy: FirewallPolicy): Promise<InForce> {
    try {
      return await applyOnTrial(parts, ruleSet, policy, this.#inForce);
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
      await this.#host.report([rolledBackDraft(error.message)]);
      throw new PolicyFault(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`, { cause: error });
    }
  }

  async #check(ruleSet: RuleSet): Promise<void> {
    try {
      await this.#nft.check(freshText(ruleSet));
    } catch (error) {
      const isTheirs = error instanceof NftFault && error.kind === 'failed';
      throw isTheirs
        ? new PolicyFault(`nftables does not take these rules: ${error.message}`, { cause: error })
        : error;
    }
  }

  async #reach(): Promise<Endpoint | undefined> {
    try {
      return await this.#host.manager.reach(probeMs);
    } catch {
      return undefined;
    }
  }

  #compile(policy: FirewallPolicy, letter: RuleSet['letter'], manager: Endpoint | undefined): RuleSet {
    const nowMs = this.#host.clock.nowMs();
    return compileRuleSet(policy, letter, {
      hourOfWeek: hourOfWeek(nowMs),
      interfaces: interfaceNames(),
      isSettling: nowMs < this.#settledAtMs,
      manager,
      blocked: this.#shutOut.secondsLeft(),
      abilities: this.#abilities ?? new Set(),
      surroundings: this.#surroundings.now,
    });
  }

  /** What another rule set would be made for. */
  #circumstances(policy: FirewallPolicy): string {
    const nowMs = this.#host.clock.nowMs();
    const interfaces = (policy.interfaces ?? []).length > 0 ? interfaceNames() : [];
    const around = surroundingsText(policy, interfaceNames(), this.#surroundings.now);
    return JSON.stringify([scheduledRules(policy, hourOfWeek(nowMs)), interfaces, nowMs < this.#settledAtMs, around]);
  }

  #round(): void {
    void this.#inTurn(async () => {
      const policy = this.#wanted;
      if (!this.#cancelRound) return;
      await this.#isolation.look();
      await this.#blocks.look();
      if (policy?.state !== 'on') return;
      await this.#surroundings.look(policy.settings?.surroundings);
      const isSame = this.#circumstances(policy) === this.#madeFor;
      if (!this.#inForce && !(this.#cutOff && isSame)) await this.#follow(policy, () => this.#turnOn(policy));
      else if (this.#inForce && !isSame) await this.#follow(policy, () => this.#install(policy, false));
    })
      .catch((error) => this.#host.log('error', `the rules could not be looked after: ${textOf(error)}`))
      .finally(() => {
        if (this.#cancelRound) this.#cancelRound = this.#host.clock.after(roundMs, () => this.#round());
      });
  }

  /** The same policy at another time. What cuts the manager off is not tried again until the circumstances change. */
  async #follow(policy: FirewallPolicy, put: () => Promise<void>): Promise<void> {
    const madeFor = this.#circumstances(policy);
    try {
      await put();
      this.#cutOff = undefined;
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      this.#cutOff = error.message;
      this.#madeFor = madeFor;
    }
  }

  /** Somebody else has taken the rules away, or changed them. @throws NftFault */
  async #heal(): Promise<void> {
    const { ruleSet, policy } = this.#inForce ?? {};
    if (!ruleSet || !policy) return;
    const again = this.#compile(policy, ruleSet.letter, this.#memory.manager);
    this.#inForce = await applyAtOnce({ host: this.#host, nft: this.#nft, events: this.#events }, again, policy);
    this.#madeFor = this.#circumstances(policy);
    await this.#memory.keep(this.#inForce, this.#memory.manager);
  }

  #shutOutProber(source: string, blockMs: number, isShutOut: boolean): void {
    const letter = this.#inForce?.ruleSet.letter;
    if (!letter || source === this.#memory.manager?.address) return;
    this.#shutOut.note(source, blockMs);
    if (!isShutOut) void this.#shutOut.tellKernel(source, blockMs, letter);
  }

  #stopWatching(): void {
    this.#cancelRound?.();
    this.#cancelRound = undefined;
    this.#halfOpen.stop();
    this.#guard.stop();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function rolledBackDraft(why: string): DetectionDraft {
  return {
    kind: 'firewall.rolled_back',
    rule: ownRule('firewall.rolled_back', 'firewall.rolled_back'),
    severity: 'high',
    title: 'New firewall rules were taken back; the ones before hold again',
    mode: 'prevent',
    action: 'observed',
    actionResult: 'none',
    facts: { cause: why.slice(0, 1000) },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
