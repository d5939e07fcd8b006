import { agentPaths, type TaskResults } from '@sakimori/contract/agent-protocol';
import type { HostTaskFacts, HostTaskKind, HostTaskResult, ReceivedTask } from '@sakimori/contract/host-task';
import { errorText, type Log } from './log.ts';
import type { Transport } from './transport.ts';

/**
 * Does one kind of task. Resolves with a sentence for a person.
 * @throws NotSupported where this host cannot do it at all, any other error where it failed
 */
export type TaskWork = (facts: HostTaskFacts) => Promise<string | undefined>;

/** This agent, as it stands on this host, has nothing that does it. */
export class NotSupported extends Error {
  override readonly name = 'NotSupported';
}

/** Tasks of one lane are done one after the other, those of different lanes beside each other. */
export type TaskLane = { readonly lane: string; readonly work: TaskWork };

export type TaskParts = {
  readonly log: Log;
  readonly transport: () => Transport;
  readonly kinds: { readonly [Kind in HostTaskKind]: TaskLane };
};

/** Results that are remembered: the manager may ask again while our answer is on its way. */
const rememberedMax = 500;
const detailMax = 500;

/**
 * Carries out what the manager asks for once. A task comes with every heartbeat until the manager has its result, so a result that got lost
 * is simply sent again; within a run of the agent none is carried out twice.
 */
export class Tasks {
  readonly #parts: TaskParts;
  /** `undefined` while the task is under way or waits for its turn. */
  readonly #known = new Map<string, HostTaskResult | undefined>();
  readonly #lanes = new Map<string, Promise<void>>();
  #isStopped = false;

  constructor(parts: TaskParts) {
    this.#parts = parts;
  }

  /** What came with a heartbeat. */
  receive(tasks: readonly ReceivedTask[]): void {
    const answered = tasks.flatMap(({ id }) => this.#known.get(id) ?? []);
    if (answered.length > 0) void this.#send(answered);
    for (const task of tasks) if (!this.#known.has(task.id)) this.#begin(task);
  }

  /** What is under way is given up; the next run of the agent is asked again. */
  stop(): void {
    this.#isStopped = true;
  }

  #begin(task: ReceivedTask): void {
    this.#known.set(task.id, undefined);
    const { lane, work } = this.#kindOf(task.kind);
    const before = this.#lanes.get(lane) ?? Promise.resolve();
    this.#lanes.set(
      lane,
      before.then(() => this.#carryOut(task, work)),
    );
  }

  #kindOf(kind: string): TaskLane {
    if (Object.hasOwn(this.#parts.kinds, kind)) return this.#parts.kinds[kind as HostTaskKind];
    const work = async () => {
      throw new NotSupported(`This agent does not know tasks of the kind "${kind}".`);
    };
    return { lane: 'unknown', work };
  }

  async #carryOut(task: ReceivedTask, work: TaskWork): Promise<void> {
    if (this.#isStopped) return;
    this.#parts.log('info', `asked by the manager: ${task.kind}`, { id: task.id });
    const result = await resultOf(task, work);
    if (this.#isStopped) return;
    this.#parts.log(result.state === 'failed' ? 'warn' : 'info', `${task.kind}: ${result.state}`, {
      id: task.id,
      ...(result.detail ? { detail: result.detail } : {}),
    });
    this.#remember(result);
    await this.#send([result]);
  }

  #remember(result: HostTaskResult): void {
    this.#known.delete(result.id);
    this.#known.set(result.id, result);
    for (const [id, known] of this.#known) {
      if (this.#known.size <= rememberedMax) break;
      if (known) this.#known.delete(id);
    }
  }

  /** What does not arrive is asked for again with the next heartbeat. */
  async #send(results: readonly HostTaskResult[]): Promise<void> {
    try {
      const body: TaskResults = { results: [...results] };
      await this.#parts.transport().call('POST', agentPaths.taskResults, body);
    } catch (error) {
      this.#parts.log('warn', `the result of a task waits: ${errorText(error)}`);
    }
  }
}

async function resultOf({ id, facts = {} }: ReceivedTask, work: TaskWork): Promise<HostTaskResult> {
  try {
    const detail = await work(facts);
    return { id, state: 'done', ...(detail ? { detail: detail.slice(0, detailMax) } : {}) };
  } catch (error) {
    const state = error instanceof NotSupported ? 'not_supported' : 'failed';
    return { id, state, detail: errorText(error).slice(0, detailMax) };
  }
}
