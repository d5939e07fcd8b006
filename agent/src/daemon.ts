import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { agentPaths, type Goodbye, type Heartbeat } from '@sakimori/contract/agent-protocol';
import { type Module, type ModuleStatus, modules } from '@sakimori/contract/module';
import { ownRule } from '@sakimori/contract/rule-names';
import type { WebTableRequest } from '@sakimori/contract/web-table-protocol';
import { type Clock, toInstant } from './clock.ts';
import type { Config } from './config.ts';
import { configFileName } from './config.ts';
import { createEngineHost } from './engine-host.ts';
import { createEngines } from './engines/all.ts';
import type { DetectionDraft, Engine } from './engines/engine.ts';
import { gatherFacts, readBootId } from './facts.ts';
import { formatIdentity, type Identity, identityFileName } from './identity.ts';
import { InventoryReporter, takeInventory } from './inventory/index.ts';
import { Link } from './link.ts';
import { errorText, type Log } from './log.ts';
import { MalwareListsKeeper } from './malware-lists.ts';
import { OwnFiles, tamperedDraft } from './own-files.ts';
import { type Engines, PolicyKeeper } from './policy.ts';
import { type PowerOffHands, powerOff } from './power-off.ts';
import { Run } from './previous-run.ts';
import { QuarantineReporter } from './quarantine-reports.ts';
import { isRotationDue, rotate } from './rotation.ts';
import { createSeal, type Seal } from './seal.ts';
import { Spool } from './spool/index.ts';
import { type AgentStatus, statusFileName } from './status-file.ts';
import { createTaskKinds } from './task-kinds.ts';
import { Tasks } from './tasks.ts';
import { splitAddress } from './transport.ts';
import { upgradeAgent } from './upgrade/upgrade.ts';
import { writeFileAtomically } from './write-file.ts';

export type DaemonParts = {
  /** The data folder; exists, and belongs to us alone. */
  readonly folder: string;
  readonly config: Config;
  readonly identity: Identity;
  /** The mode that the identity file was found with, when it had to be closed to others. */
  readonly exposedMode: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
};

const policyFileName = 'policy.json';
const tickMs = 10_000;
const checkEveryTicks = 6;
const goodbyeMsMax = 2000;
const enginesStopMsMax = 1500;

/** The running agent: engines report to the spool, the link empties it, the policy rules the engines. */
export class Daemon {
  readonly #parts: DaemonParts;
  readonly #run: Run;
  readonly #seal: Seal;
  readonly #spool: Spool;
  readonly #engines: Engines;
  readonly #policy: PolicyKeeper;
  readonly #ownFiles: OwnFiles;
  readonly #inventory: InventoryReporter;
  readonly #quarantine: QuarantineReporter;
  readonly #lists: MalwareListsKeeper;
  readonly #tasks: Tasks;
  readonly #link: Link;
  #identity: Identity;
  #clockOffsetMs: number | undefined;
  #ticks = 0;
  #cancelTick: (() => void) | undefined;
  #isRotating = false;
  #isStopping = false;

  /** @throws SpoolTaken when another agent works in this folder */
  constructor(parts: DaemonParts) {
    this.#parts = parts;
    const { folder, clock, log, config } = parts;
    this.#identity = parts.identity;
    this.#seal = createSeal(parts.identity, clock, () => this.#clockOffsetMs);
    this.#spool = new Spool({
      path: join(folder, 'spool.db'),
      seal: (draft, id) => this.#seal('system', draft, id),
      bytesMax: config.spoolBytesMax,
      ...{ clock, log },
    });
    this.#clockOffsetMs = numberOf(this.#spool.recall('link', 'clockOffsetMs'));
    this.#run = new Run({ path: join(folder, 'run.json'), bootId: readBootId(), clock, log });
    this.#engines = this.#createEngines();
    this.#ownFiles = this.#createOwnFiles();
    this.#policy = new PolicyKeeper({
      ...{ log, engines: this.#engines, cachePath: join(folder, policyFileName) },
      writeCache: (text) => this.#ownFiles.write(policyFileName, text),
      tell: (draft) => this.#tell(draft),
    });
    this.#inventory = this.#createInventory();
    const malware = { clock, log, engine: this.#engines.antimalware, transport: () => this.#link.transport };
    this.#quarantine = new QuarantineReporter(malware);
    this.#lists = new MalwareListsKeeper(malware);
    this.#tasks = this.#createTasks();
    this.#link = this.#createLink();
  }

  /** Begins to watch and to send. */
  async start(): Promise<void> {
    const { exposedMode, folder, log } = this.#parts;
    const { previous, gapSeconds } = this.#run;
    log('info', 'the agent starts', { run: this.#run.id, previous: previous.ended, gapSeconds });
    await this.#tell(startedDraft(previous.ended, gapSeconds));
    if (exposedMode) {
      await this.#tell(tamperedDraft(join(folder, identityFileName), `mode ${exposedMode}, open to others`, true));
    }
    const tampered = await this.#ownFiles.check();
    this.#ownFiles.start();
    if (!tampered.includes(policyFileName)) await this.#policy.takeCached();
    this.#link.start();
    this.#tick();
  }

  /** Sends what it can, says good-bye within two seconds, and leaves everything in order. */
  async stop(reason: Goodbye['reason']): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#cancelTick?.();
    this.#ownFiles.stop();
    this.#inventory.stop();
    this.#quarantine.stop();
    this.#tasks.stop();
    const engines = Promise.all(modules.map((module) => this.#engines[module].stop()));
    await Promise.race([engines, new Promise<void>((done) => this.#parts.clock.after(enginesStopMsMax, done))]);
    await this.#link.stop(reason, goodbyeMsMax);
    this.#writeStatus(true);
    this.#spool.close();
    this.#run.endOrderly();
    this.#parts.log('info', 'the agent has stopped', { reason });
  }

  #createEngines(): Engines {
    const { folder, clock, log, config } = this.#parts;
    const create = createEngines(folder, config);
    const make = <M extends Module>(module: M): Engine<M> =>
      (create as { readonly [K in M]: (typeof create)[K] })[module](
        createEngineHost(module, {
          ...{ folder, clock, log, spool: this.#spool, seal: this.#seal },
          manager: {
            name: splitAddress(config.agents ?? this.#identity.agents).host,
            reach: (timeoutMs) => this.#link.transport.reach(timeoutMs),
          },
          identity: () => this.#identity,
          fetchTable: (request, timeoutMs) =>
            this.#link.transport.open('GET', `${agentPaths.webTable}?${tableQuery(request)}`, undefined, { timeoutMs }),
        }),
      ) as Engine<M>;
    return {
      antimalware: make('antimalware'),
      webreputation: make('webreputation'),
      firewall: make('firewall'),
      intrusion: make('intrusion'),
      integrity: make('integrity'),
      loginspection: make('loginspection'),
    };
  }

  #createOwnFiles(): OwnFiles {
    const { folder, clock, log } = this.#parts;
    return new OwnFiles({
      ...{ folder, clock, log },
      files: {
        [identityFileName]: () => formatIdentity(this.#identity),
        [configFileName]: () => undefined,
        [policyFileName]: () => this.#policy.cacheText,
      },
      recall: (name) => this.#spool.recall('files', name),
      keep: (values) => this.#spool.append([], { owner: 'files', values }),
      tell: (draft) => this.#tell(draft),
      onTampered: (name) => {
        if (name === policyFileName && this.#link.state.state === 'connected') void this.#refetchPolicy();
      },
    });
  }

  #createInventory(): InventoryReporter {
    const { clock, log } = this.#parts;
    return new InventoryReporter({
      ...{ clock, log },
      transport: () => this.#link.transport,
      take: () => takeInventory(clock),
      recall: (key) => this.#spool.recall('inventory', key),
      keep: (values) => this.#spool.append([], { owner: 'inventory', values }),
    });
  }

  #createTasks(): Tasks {
    return new Tasks({
      log: this.#parts.log,
      transport: () => this.#link.transport,
      kinds: createTaskKinds({
        clock: this.#parts.clock,
        engines: this.#engines,
        transport: () => this.#link.transport,
        tellState: () => this.#link.renew(),
        reportInventory: () => this.#inventory.report(),
        fetchPolicy: () => this.#fetchPolicy(),
        renewHeartbeat: () => this.#link.renew(),
        upgrade: (facts) => upgradeAgent({ ...this.#parts, transport: () => this.#link.transport }, facts),
        powerOff: (facts) => powerOff(this.#powerOffHands(), facts),
      }),
    });
  }

  #powerOffHands(): PowerOffHands {
    const { clock, log, config } = this.#parts;
    return {
      ...{ clock, log, isAllowed: config.allowStopHost },
      recall: () => this.#spool.recall('power', 'request'),
      keep: (request) => this.#spool.append([], { owner: 'power', values: { request } }),
      tell: (draft) => this.#tell(draft),
      stopAgent: () => this.stop('shutdown'),
    };
  }

  #createLink(): Link {
    const { clock, log, config } = this.#parts;
    return new Link({
      ...{ clock, log, spool: this.#spool, lingerMs: config.lingerMs },
      identity: { ...this.#identity, ...(config.agents ? { agents: config.agents } : {}) },
      heartbeat: () => this.#heartbeat(),
      holdSeconds: () => this.#policy.document?.heartbeatSeconds ?? 60,
      onPolicyNamed: async (assigned) => {
        const isNew = await this.#policy.follow(assigned, this.#link.transport);
        if (isNew) this.#writeStatus(false);
        return isNew;
      },
      onPolicyChanged: async () => {
        await this.#policy.fetchChanged(this.#link.transport);
        this.#writeStatus(false);
      },
      onTasks: (tasks) => this.#tasks.receive(tasks),
      onListsNamed: (digest) => void this.#lists.named(digest),
      onWebTables: (tables) => this.#engines.webreputation.announceTables?.(tables),
      onClockOffset: (offsetMs) => this.#noteClockOffset(offsetMs),
      onChange: () => this.#onLinkChange(),
    });
  }

  #onLinkChange(): void {
    this.#writeStatus(false);
    if (this.#link.state.state !== 'connected') return;
    this.#inventory.connected();
    this.#quarantine.connected();
    void this.#rotateIfDue();
  }

  async #fetchPolicy(): Promise<string> {
    await this.#policy.refetch(this.#link.transport);
    this.#link.renew();
    const { version, problem } = this.#policy.acknowledgement ?? {};
    if (problem !== undefined) throw new Error(problem);
    return `Policy version ${version} is in force.`;
  }

  async #refetchPolicy(): Promise<void> {
    try {
      await this.#fetchPolicy();
    } catch (error) {
      this.#parts.log('warn', `the policy could not be fetched again: ${errorText(error)}`);
    }
  }

  #noteClockOffset(offsetMs: number): void {
    const isNews = this.#clockOffsetMs === undefined || Math.abs(offsetMs - this.#clockOffsetMs) > 1000;
    this.#clockOffsetMs = offsetMs;
    if (isNews) void this.#spool.append([], { owner: 'link', values: { clockOffsetMs: String(offsetMs) } });
  }

  #tell(draft: DetectionDraft): Promise<void> {
    return this.#spool.append([this.#seal('system', draft)]);
  }

  #tick(): void {
    if (this.#isStopping) return;
    this.#writeStatus(false);
    if (this.#ticks % checkEveryTicks === 0) void this.#check();
    this.#ticks += 1;
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick());
  }

  /** What is looked after once a minute. */
  async #check(): Promise<void> {
    try {
      await this.#ownFiles.check();
      if (this.#spool.restoreIfMoved()) {
        await this.#tell(tamperedDraft(join(this.#parts.folder, 'spool.db'), 'deleted or replaced', true));
      }
      await this.#rotateIfDue();
    } catch (error) {
      this.#parts.log('error', `the agent could not look after itself: ${errorText(error)}`);
    }
  }

  async #rotateIfDue(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs() - (this.#clockOffsetMs ?? 0);
    const isConnected = this.#link.state.state === 'connected';
    if (this.#isRotating || !isConnected || !isRotationDue(this.#identity.certificate, nowMs)) return;
    this.#isRotating = true;
    try {
      const identity = await rotate(this.#identity, this.#link.transport);
      // Stored first: from then on a crash finds the new key with its certificate.
      await this.#ownFiles.write(identityFileName, formatIdentity(identity));
      this.#identity = identity;
      const { agents } = this.#parts.config;
      this.#link.useIdentity({ ...identity, ...(agents ? { agents } : {}) });
      this.#parts.log('info', 'a new certificate is in use', { until: expiryOf(identity) });
    } catch (error) {
      this.#parts.log('warn', `no new certificate: ${errorText(error)}`);
    } finally {
      this.#isRotating = false;
    }
  }

  #heartbeat(): Heartbeat {
    const policy = this.#policy.acknowledgement;
    return {
      sentAt: toInstant(this.#parts.clock.nowMs()),
      startedAt: this.#run.startedAt,
      runId: this.#run.id,
      previousRun: this.#run.previous,
      facts: gatherFacts(),
      modules: modules.map((module) => statusOf(this.#engines[module])),
      ...(policy ? { policy } : {}),
      spool: { pending: this.#spool.pending, dropped: this.#spool.dropped, storage: this.#spool.storage },
      residentBytes: process.memoryUsage.rss(),
    };
  }

  #writeStatus(stopped: boolean): void {
    const status: AgentStatus = {
      pid: process.pid,
      at: toInstant(this.#parts.clock.nowMs()),
      stopped,
      hostId: this.#identity.hostId,
      accountId: this.#identity.accountId,
      agents: this.#parts.config.agents ?? this.#identity.agents,
      link: this.#link.state,
      clockOffsetMs: this.#clockOffsetMs,
      refused: this.#link.sender.refused,
      certificateExpiresAt: expiryOf(this.#identity),
      heartbeat: this.#heartbeat(),
    };
    try {
      writeFileAtomically(join(this.#parts.folder, statusFileName), `${JSON.stringify(status)}\n`);
    } catch {
      // Only a convenience; a full disk is told by the spool.
    }
  }
}

/** An engine that cannot even say how it fares must not silence the others. */
function statusOf(engine: Engine): ModuleStatus {
  try {
    return engine.status();
  } catch (error) {
    const detail = errorText(error).slice(0, 500);
    return {
      module: engine.module,
      state: 'degraded',
      causes: [{ code: 'engine_failed', facts: { detail } }],
      figures: {},
    };
  }
}

const expiryOf = ({ certificate }: Identity): string =>
  toInstant(new X509Certificate(certificate).validToDate.getTime());

const tableQuery = (request: WebTableRequest): string =>
  new URLSearchParams({ ...request, from: String(request.from) }).toString();

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** `killed` is worth a look: somebody or something ended the agent without asking it. */
function startedDraft(previousRun: Heartbeat['previousRun']['ended'], gapSeconds: number | undefined): DetectionDraft {
  const gap = gapSeconds === undefined ? '' : ` after ${gapSeconds} s`;
  const titles = {
    first: 'The agent was started for the first time',
    orderly: `The agent was started again${gap}`,
    killed: `The agent was started again${gap}; before, its process had been ended without a stop`,
    rebooted: `The agent was started again${gap}; before, the machine had gone down without a stop of the agent`,
  };
  return {
    kind: 'agent.started',
    rule: ownRule('agent.started', 'agent.started'),
    severity: previousRun === 'killed' ? 'medium' : 'informational',
    title: titles[previousRun],
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    facts: { previousRun, ...(gapSeconds === undefined ? {} : { gapSeconds }) },
  };
}
