import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note } from '../audit/index.ts';
import { announce } from '../platform/index.ts';
import type { AskedBy, Asking } from '../workloadapi/index.ts';
import { checkOffered } from './capabilities.ts';
import { isReading, operationOf } from './client.ts';
import { RemoteFault } from './fault.ts';
import type { RemoteDesk } from './remotes.ts';
import { hurrySync } from './store.ts';

/** Operations of the public API, carried out by the customer's own tenant. The counterpart of the manager's own ones. */
export class RemoteOperations {
  readonly #remote: RemoteDesk;
  constructor(remote: RemoteDesk) {
    this.#remote = remote;
  }

  /** Whether the account's hosts are ruled by a tenant of the customer's. */
  async rules(accountId: string): Promise<boolean> {
    return (await this.#remote.row(accountId))?.mode === 'ruling';
  }

  /**
   * Always asks the tenant. Changes stand in the account's audit, done or failed, with who asked and why; bodies do not, for they may hold secrets.
   * @throws RemoteFault with the status and sentence for whoever asked
   */
  async perform(accountId: string, operationId: string, by: AskedBy, asking: Asking): Promise<ApiObject> {
    const { row, client } = await this.#remote.client(accountId);
    const operation = operationOf(operationId);
    checkOffered(operation, row.test);
    if (row.mode === 'shadow' && !isReading(operation))
      throw new RemoteFault(403, 'The tenant is attached to be compared only; its configuration is not changed.');
    try {
      const answer = await client.call(operationId, asking);
      if (row.problem) await this.#remote.noteOutcome(accountId);
      if (!isReading(operation)) await this.#record(accountId, operationId, by, asking);
      return answer;
    } catch (error) {
      if (!(error instanceof RemoteFault)) throw error;
      await this.#remote.noteOutcome(accountId, error);
      if (!isReading(operation)) await this.#record(accountId, operationId, by, asking, error);
      throw error;
    }
  }

  readonly toFault = (error: unknown): { status: number; message: string } => {
    if (error instanceof RemoteFault) return { status: error.status, message: error.message };
    if (error instanceof Refusal && error.code === 'not_found')
      return { status: 404, message: 'The account is attached to no tenant any more.' };
    this.#remote.platform.log.error({ err: (error as Error).message }, 'a call of a remote tenant failed on our side');
    return { status: 500, message: 'Something failed on our side. It has been logged.' };
  };

  async #record(
    accountId: string,
    operationId: string,
    { actor, reason }: AskedBy,
    { params = {} }: Asking,
    fault?: RemoteFault,
  ): Promise<void> {
    const { clock, database } = this.#remote.platform;
    await database.asProvider(async (tx) => {
      await note(tx, clock, {
        ...{ accountId, actor, target: `remote:${accountId}` },
        action: fault ? 'remote.failed' : 'remote.operated',
        facts: { operation: operationId, ...params, reason, ...(fault ? { problem: fault.message } : {}) },
      });
      await hurrySync(tx, accountId, clock.now());
      await announce(tx, { topic: 'remote', accountId });
    });
  }
}
