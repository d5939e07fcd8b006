import { createHash } from 'node:crypto';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntrusionPolicy } from '@sakimori/contract/policy-intrusion';
import type { SuricataMode } from '@sakimori/contract/suricata-yaml';
import { endLeftOver } from '../../engine-care/left-over.ts';
import { errorText } from '../../log.ts';
import { SurroundingsWatch } from '../../surroundings/index.ts';
import { type Engine, type EngineHost, PolicyFault } from '../engine.ts';
import { readHostNetwork } from './addresses.ts';
import { AlertDesk } from './alert-desk.ts';
import { CommunityRules } from './community/community-rules.ts';
import { InlineWay } from './inline-way.ts';
import { hourOfWeekAt, type RuleText, ruleTextOf } from './rule-text.ts';
import { statusOf, textOf } from './status.ts';
import { checkRules, type FailedRule, findSuricata, versionOf } from './suricata/program.ts';
import { recordOf, Sensor, type SensorSetting } from './suricata/sensor.ts';

export type IntrusionOptions = {
  /** Where Suricata is looked for; absent: in the system's folders. */
  readonly programFolders?: readonly string[];
  /** Where the kernel's tracing is mounted. */
  readonly tracing?: readonly string[];
};

/** How often the clock, the network and what was missing are looked at again. */
const roundMs = 5000;
/** So long a policy waits for the engine to work by it; a large library takes some seconds to load. */
const startMsMax = 60_000;
/** The last rules that Suricata took, so that a restart of the agent need not try them again. */
const checkedKey = 'checked';

/**
 * Intrusion prevention and detection on Suricata (S2, S3). To prevent, packets go through it by a queue of the kernel; to detect, it listens beside
 * them. Each has a process of its own: a switch starts the one, lets it take over, and ends the other, so that no connection is cut or unwatched.
 */
export class IntrusionEngine implements Engine<'intrusion'> {
  readonly module = 'intrusion';
  readonly #host: EngineHost;
  readonly #options: IntrusionOptions;
  readonly #desk: AlertDesk;
  readonly #way: InlineWay;
  readonly #surroundings: SurroundingsWatch;
  readonly #community: CommunityRules;
  readonly #sensors = new Map<SuricataMode, Sensor>();
  #policy: IntrusionPolicy | undefined;
  #program: { readonly path: string; readonly version: string | undefined } | undefined;
  #inForce: RuleText | undefined;
  /** Of the rules of others. */
  #digestInForce = '';
  #failed: readonly FailedRule[] = [];
  #otherReader: Awaited<ReturnType<InlineWay['otherReader']>>;
  #fault: string | undefined;
  #cancelRound: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(host: EngineHost, options: IntrusionOptions) {
    this.#host = host;
    this.#options = options;
    this.#desk = new AlertDesk(host);
    this.#surroundings = new SurroundingsWatch(host);
    this.#community = new CommunityRules(host);
    this.#desk.useRulesOfOthers((sid) => this.#community.find(sid));
    this.#way = new InlineWay(host, async () => (await this.#sensors.get('inline')?.isWell()) ?? false);
  }

  apply(policy: IntrusionPolicy): Promise<void> {
    return this.#inTurn(async () => {
      if (policy.state === 'off') await this.#end();
      else await this.#carryOut(policy, true);
      this.#policy = policy;
    });
  }

  status(): ModuleStatus {
    const policy = this.#policy;
    if (!policy || policy.state === 'off') return { module: this.module, state: 'off', causes: [], figures: {} };
    const sensor = this.#sensors.get(this.#modeOf(policy)) ?? [...this.#sensors.values()][0];
    return statusOf({
      ...{ wanted: policy.state, isTap: policy.network?.mode === 'tap', isInstalled: this.#program !== undefined },
      ...{
        sensor: sensor?.report(),
        loaded: sensor?.loaded,
        failed: this.#failed,
        leftOut: this.#inForce?.leftOut ?? [],
      },
      ...{
        queueFault: this.#way.fault,
        otherReader: this.#otherReader,
        bypassedWhy: this.#way.bypassedWhy,
        standsStill: this.#way.standsStill,
      },
      ...{ processProblem: this.#desk.processProblem, fault: this.#fault, community: this.#community.report },
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#end()).catch((error) =>
      this.#host.log('error', `could not be stopped in order: ${errorText(error)}`),
    );
  }

  /** @throws PolicyFault where Suricata does not take the rules, and others are in force */
  async #carryOut(policy: IntrusionPolicy, isNew: boolean): Promise<void> {
    this.#cancelRound ??= this.#host.clock.after(roundMs, () => this.#round());
    await this.#endLeftOver();
    const program = await this.#findProgram();
    if (!program) {
      // What nobody will read must not hold anything up, unless the policy wants just that.
      if (this.#way.state !== 'off' && policy.network?.failure !== 'closed') await this.#way.close();
      return;
    }
    this.#desk.open(this.#options.tracing);
    await this.#surroundings.look(policy.surroundings);
    await this.#community.use(policy.communityRules);
    const rules = await this.#rulesOf(policy, program.path, isNew);
    this.#desk.useRules(rules.rules, false);
    const mode = await this.#possibleMode(policy);
    try {
      await this.#put(policy, mode, rules);
      this.#fault = undefined;
    } catch (error) {
      // Whoever keeps the program running goes on trying; the status says how it fares.
      this.#fault = this.#sensors.get(mode)?.state === 'running' ? errorText(error) : undefined;
      this.#host.log('error', `is not in force: ${errorText(error)}`);
    }
    this.#inForce = rules;
    this.#desk.useRules(rules.rules, true);
    this.#community.look(program.path);
  }

  /** One sensor takes over from the other. What prevents is in the way of packets only once it works, and out of it before it ends. */
  async #put(policy: IntrusionPolicy, mode: SuricataMode, rules: RuleText): Promise<void> {
    const sensor = this.#sensorFor(mode);
    await sensor.use(this.#settingOf(rules), startMsMax);
    if (mode === 'inline') await this.#way.open(policy.network?.failure ?? 'open', policy.network?.forwarded ?? false);
    else await this.#way.close();
    this.#desk.listenTo(mode);
    const other = this.#sensors.get(mode === 'inline' ? 'tap' : 'inline');
    if (!other) return;
    await other.stop();
    this.#sensors.delete(other.mode);
  }

  /** What an agent before us left running in a mode that we do not use; the other one is ended by its own start. */
  async #endLeftOver(): Promise<void> {
    for (const mode of ['inline', 'tap'] as const)
      if (!this.#sensors.has(mode)) await endLeftOver(recordOf(this.#host.dataFolder, mode), this.#host.clock, 1000);
  }

  #sensorFor(mode: SuricataMode): Sensor {
    const known = this.#sensors.get(mode);
    if (known) return known;
    const sensor = new Sensor({
      host: this.#host,
      mode,
      onLines: (from, lines, place) => this.#desk.take(from, lines, place),
      onHung: (from) => from === 'inline' && this.#way.takeOut('Suricata does not answer'),
    });
    this.#sensors.set(mode, sensor);
    return sensor;
  }

  #settingOf(rules: RuleText): SensorSetting {
    const { homeNet, interfaces, addresses } = readHostNetwork();
    this.#desk.useAddresses(addresses);
    const { path: program, version } = this.#program!;
    this.#digestInForce = this.#community.digest;
    const all = `${rules.text}${this.#community.text}`;
    return { program, version, rules: all, homeNet, interfaces, queues: this.#way.queues };
  }

  async #findProgram(): Promise<{ path: string; version: string | undefined } | undefined> {
    const path = findSuricata(this.#options.programFolders);
    if (!path) this.#program = undefined;
    else if (this.#program?.path !== path) this.#program = { path, version: await versionOf(path) };
    return this.#program;
  }

  /** What cannot prevent detects, and says why. */
  async #possibleMode(policy: IntrusionPolicy): Promise<SuricataMode> {
    this.#otherReader = undefined;
    if (this.#modeOf(policy) === 'tap' || !(await this.#way.isPossible())) return 'tap';
    this.#otherReader = await this.#way.otherReader(this.#sensors.get('inline')?.report().pid);
    return this.#otherReader ? 'tap' : 'inline';
  }

  #modeOf(policy: IntrusionPolicy): SuricataMode {
    return policy.state === 'prevent' && policy.network?.mode !== 'tap' ? 'inline' : 'tap';
  }

  /**
   * The lines for this hour, tried out by Suricata itself. Rules that it does not take are a fault of the policy while others are in force; where none
   * are, the good ones are better than none.
   */
  async #rulesOf(policy: IntrusionPolicy, program: string, isNew: boolean): Promise<RuleText> {
    const hour = hourOfWeekAt(this.#host.clock.nowMs());
    const rules = this.#textOf(policy, hour, isNew ? undefined : this.#failedSids());
    const mark = createHash('sha256').update(`${this.#program?.version}\n${rules.text}`).digest('hex');
    if (this.#host.recall(checkedKey) === mark) {
      if (isNew) this.#failed = [];
      return rules;
    }
    const failed = await checkRules(program, this.#host.dataFolder, rules.text);
    if (failed.length === 0) {
      if (isNew) this.#failed = [];
      await this.#host.report([], { [checkedKey]: mark });
      return rules;
    }
    if (this.#inForce && isNew)
      throw new PolicyFault(
        `Suricata does not take ${failed.length} of the rules: ${failed.map(textOf).join('; ').slice(0, 800)}`,
      );
    this.#failed = failed;
    return this.#textOf(policy, hour, this.#failedSids());
  }

  /** A program that fails at once is gone before it can be looked for: it is left waiting where nobody saw it connect. */
  #textOf(policy: IntrusionPolicy, hour: number, without?: ReadonlySet<number>): RuleText {
    const acts = this.#modeOf(policy) === 'inline' ? 'prevent' : 'detect';
    return ruleTextOf(
      policy,
      acts,
      hour,
      this.#surroundings.now.place,
      without,
      this.#desk.processProblem === undefined,
    );
  }

  #failedSids(): ReadonlySet<number> {
    return new Set(this.#failed.flatMap(({ sid }) => sid ?? []));
  }

  /** The same policy at another hour, in another place, with other addresses, or with what was missing before. */
  #round(): void {
    void this.#inTurn(async () => {
      const policy = this.#policy;
      if (!this.#cancelRound) return;
      await this.#desk.round();
      await this.#surroundings.look(policy?.surroundings);
      if (policy && this.#program) this.#community.look(this.#program.path);
      if (policy && policy.state !== 'off' && (await this.#isChanged(policy))) await this.#carryOut(policy, false);
    })
      .catch((error) => this.#host.log('error', `could not be looked after: ${errorText(error)}`))
      .finally(() => {
        if (this.#cancelRound) this.#cancelRound = this.#host.clock.after(roundMs, () => this.#round());
      });
  }

  async #isChanged(policy: IntrusionPolicy): Promise<boolean> {
    if (!this.#program || !this.#inForce || this.#fault !== undefined || this.#otherReader || this.#way.fault)
      return true;
    const mode = this.#modeOf(policy);
    const sensor = this.#sensors.get(mode);
    if (!sensor || this.#sensors.size > 1 || (mode === 'inline' && this.#way.state === 'off'))
      return sensor?.state !== 'starting';
    if (mode === 'inline' && (await this.#way.isOutdated(policy.network?.forwarded ?? false))) return true;
    const { homeNet, interfaces } = readHostNetwork();
    const isMoved =
      `${homeNet}` !== `${sensor.setting?.homeNet}` ||
      (mode === 'tap' && `${interfaces}` !== `${sensor.setting?.interfaces}`);
    const { text } = this.#textOf(policy, hourOfWeekAt(this.#host.clock.nowMs()), this.#failedSids());
    return isMoved || text !== this.#inForce.text || this.#digestInForce !== this.#community.digest;
  }

  async #end(): Promise<void> {
    this.#cancelRound?.();
    this.#cancelRound = undefined;
    this.#community.stop();
    await this.#endLeftOver();
    // Packets first: nobody reads the queue from here on.
    await this.#way.close();
    await Promise.all([...this.#sensors.values()].map((sensor) => sensor.stop()));
    this.#sensors.clear();
    await this.#desk.round(true);
    this.#desk.close();
    this.#inForce = undefined;
    this.#failed = [];
    this.#fault = undefined;
    this.#policy = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
