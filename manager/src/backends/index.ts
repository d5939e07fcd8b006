/**
 * What rules an account's hosts, behind one interface: the public Workload Security API, whoever serves it. Whatever of the desk reads or changes
 * configuration for a customer asks here.
 */
import type { RemoteOperations } from '../remote/index.ts';
import type { AskedBy, Asking, OwnOperations } from '../workloadapi/index.ts';
import { type Backend, BackendFault } from './backend.ts';

export type { AskedBy, Asking } from '../workloadapi/index.ts';
export { type Backend, BackendFault } from './backend.ts';

/** What carries out operations for an account, and puts what fails into the API's words. */
type Operations = {
  perform(accountId: string, operationId: string, by: AskedBy, asking: Asking): ReturnType<Backend['perform']>;
  toFault(error: unknown): { readonly status: number; readonly message: string };
};

export class Backends {
  readonly #own: OwnOperations;
  readonly #remote: RemoteOperations | undefined;
  /** @param remote left out: no account has a tenant of its own */
  constructor(own: OwnOperations, remote?: RemoteOperations) {
    this.#own = own;
    this.#remote = remote;
  }

  /** The backend of an account. Whether the caller may see the account was checked before. */
  async of(accountId: string): Promise<Backend> {
    const remote = this.#remote;
    if (remote && (await remote.rules(accountId))) return backendOf('remote', accountId, remote);
    return backendOf('own', accountId, this.#own);
  }
}

const backendOf = (kind: Backend['kind'], accountId: string, operations: Operations): Backend => ({
  kind,
  accountId,
  perform: async (operationId, by, asking = {}) => {
    try {
      return await operations.perform(accountId, operationId, by, asking);
    } catch (error) {
      const { status, message } = operations.toFault(error);
      throw new BackendFault(status, message, { cause: error });
    }
  },
});
