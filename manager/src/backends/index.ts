/**
 * What rules an account's hosts, behind one interface: the public Workload Security API, whoever serves it. Whatever of the desk reads or changes
 * configuration for a customer asks here.
 */
import type { OwnOperations } from '../workloadapi/index.ts';
import { type Backend, BackendFault } from './backend.ts';

export { type AskedBy, type Asking, type Backend, BackendFault } from './backend.ts';

export class Backends {
  readonly #own: OwnOperations;
  constructor(own: OwnOperations) {
    this.#own = own;
  }

  /** The backend of an account. Whether the caller may see the account was checked before. */
  async of(accountId: string): Promise<Backend> {
    return {
      kind: 'own',
      accountId,
      perform: async (operationId, by, asking = {}) => {
        try {
          return await this.#own.perform(accountId, operationId, by, asking);
        } catch (error) {
          const { status, message } = this.#own.toFault(error);
          throw new BackendFault(status, message, { cause: error });
        }
      },
    };
  }
}
