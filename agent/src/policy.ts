import { readFileSync } from 'node:fs';
import { agentPaths, type Heartbeat } from '@sakimori/contract/agent-protocol';
import { type Module, modules } from '@sakimori/contract/module';
import { AssignedPolicy, type PolicyDocument } from '@sakimori/contract/policy';
import { ownRule } from '@sakimori/contract/rule-names';
import type { z } from 'zod';
import { type DetectionDraft, type Engine, PolicyFault } from './engines/engine.ts';
import { errorText, type Log } from './log.ts';
import type { Transport } from './transport.ts';

export type Engines = { readonly [M in Module]: Engine<M> };

export type PolicyParts = {
  readonly log: Log;
  readonly engines: Engines;
  /** Where the policy in force is kept, so that the agent works without the manager after a restart. */
  readonly cachePath: string;
  readonly writeCache: (text: string) => Promise<void>;
  readonly tell: (draft: DetectionDraft) => Promise<void>;
};

type Version = { readonly id: string; readonly version: number };
/** `isFinal`: the policy itself is at fault. Otherwise something on the host failed, and a later try may succeed. */
type Refused = Version & { readonly problem: string; readonly isFinal: boolean };

/** Holds the policy in force: takes a new one as a whole or not at all, and says to which the agent keeps. */
export class PolicyKeeper {
  readonly #parts: PolicyParts;
  #inForce: AssignedPolicy | undefined;
  #refused: Refused | undefined;
  /** Never two policies at once. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  get document(): PolicyDocument | undefined {
    return this.#inForce?.document;
  }

  /** The acknowledgement as a heartbeat carries it: what is in force, and why not the assigned one. */
  get acknowledgement(): Heartbeat['policy'] {
    if (!this.#inForce && !this.#refused) return undefined;
    const { policyId: id, version } = this.#inForce ?? { policyId: this.#refused!.id, version: 0 };
    return { id, version, ...(this.#refused ? { problem: this.#refused.problem } : {}) };
  }

  /** The text that the cache should hold. */
  get cacheText(): string | undefined {
    return this.#inForce && formatCache(this.#inForce);
  }

  /** Takes the policy of the last run. One that cannot be used is as good as none: the manager has it. */
  async takeCached(): Promise<void> {
    try {
      const policy = AssignedPolicy.parse(JSON.parse(readFileSync(this.#parts.cachePath, 'utf8')));
      await this.#inTurn(() => this.#put(policy));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#parts.log('warn', `the policy of the last run cannot be used: ${errorText(error)}`);
    }
  }

  /**
   * Fetches the assigned policy when it is not the one we keep to, or have refused.
   * @returns true when there is something new to acknowledge. @throws as `Transport.call`
   */
  async follow(assigned: Version, transport: Transport): Promise<boolean> {
    const before = this.#acknowledged;
    // It may be on its way already.
    await this.#turn;
    if (isVersion(assigned, this.#inForceVersion)) this.#refused = undefined;
    else if (!(this.#refused?.isFinal && isVersion(assigned, this.#refused))) await this.refetch(transport);
    return this.#acknowledged !== before;
  }

  /** The manager has said that the policy is another one: fetches it, and takes it unless it is the one in force. @throws as `Transport.call` */
  async fetchChanged(transport: Transport): Promise<void> {
    const answer = await transport.call('GET', agentPaths.policy);
    const assigned = versionOf(answer);
    if (!assigned || !isVersion(assigned, this.#inForceVersion)) await this.#inTurn(() => this.#take(answer));
  }

  /** Fetches and takes the assigned policy, whichever it is. @returns true when there is something new to acknowledge */
  async refetch(transport: Transport): Promise<boolean> {
    const before = this.#acknowledged;
    const answer = await transport.call('GET', agentPaths.policy);
    await this.#inTurn(() => this.#take(answer));
    return this.#acknowledged !== before;
  }

  get #acknowledged(): string | undefined {
    return JSON.stringify(this.acknowledgement);
  }

  get #inForceVersion(): Version | undefined {
    return this.#inForce && { id: this.#inForce.policyId, version: this.#inForce.version };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #take(answer: unknown): Promise<void> {
    const parsed = AssignedPolicy.safeParse(answer);
    if (!parsed.success) return this.#refuse(versionOf(answer), describe(parsed.error), true);
    const { policyId: id, version } = parsed.data;
    try {
      await this.#put(parsed.data);
    } catch (error) {
      const isFinal = error instanceof Error && error.cause instanceof PolicyFault;
      return this.#refuse({ id, version }, errorText(error), isFinal);
    }
    this.#parts.log('info', 'policy in force', { id, version });
    await this.#parts.writeCache(formatCache(parsed.data)).catch((error) => {
      this.#parts.log('error', `the policy is in force but cannot be kept for the next start: ${errorText(error)}`);
    });
  }

  /** Hands it to every engine; when one cannot carry it out, all go back to the one before. */
  async #put(policy: AssignedPolicy): Promise<void> {
    const done: Module[] = [];
    try {
      for (const module of modules) {
        await this.#apply(module, policy.document);
        done.push(module);
      }
    } catch (error) {
      const failed = modules[done.length]!;
      if (this.#inForce) for (const module of done) await this.#apply(module, this.#inForce.document);
      throw new Error(`${failed}: ${errorText(error)}`, { cause: error });
    }
    this.#inForce = policy;
    this.#refused = undefined;
  }

  #apply<M extends Module>(module: M, document: PolicyDocument): Promise<void> {
    return (this.#parts.engines as { readonly [K in M]: Engine<K> })[module].apply(document.modules[module]);
  }

  async #refuse(version: Version | undefined, why: string, isFinal: boolean): Promise<void> {
    const problem = why.slice(0, 2000);
    // One without id and version cannot be told from the next; it is refused under the name of the one in force.
    const refused = version ?? this.#inForceVersion;
    this.#parts.log('error', `a policy is refused: ${problem}`, { id: refused?.id, version: refused?.version });
    if (!refused) return;
    const isKnown = this.#refused?.problem === problem && isVersion(refused, this.#refused);
    this.#refused = { ...refused, problem, isFinal };
    if (!isKnown) await this.#parts.tell(refusedDraft(this.#refused));
  }
}

function refusedDraft({ id, version, problem }: Refused): DetectionDraft {
  return {
    kind: 'policy.refused',
    rule: ownRule('policy.refused', 'policy.refused'),
    severity: 'high',
    title: `Policy version ${version} cannot be carried out; the one before stays in force`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    subject: id,
    facts: { policyId: id, version, problem: problem.slice(0, 1000) },
  };
}

const formatCache = (policy: AssignedPolicy): string => `${JSON.stringify(policy)}\n`;

const isVersion = (a: Version, b: Version | undefined): boolean => a.id === b?.id && a.version === b.version;

function versionOf(answer: unknown): Version | undefined {
  const { policyId, version } = (answer ?? {}) as { policyId?: unknown; version?: unknown };
  const isUsable = typeof policyId === 'string' && /^[0-9a-f-]{36}$/.test(policyId) && Number.isSafeInteger(version);
  return isUsable ? { id: policyId, version: version as number } : undefined;
}

const describe = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ');
