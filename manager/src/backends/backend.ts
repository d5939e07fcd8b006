import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { AskedBy, Asking } from '../workloadapi/index.ts';

/**
 * What rules the hosts of one account: this manager itself, or a tenant of the customer's that is reached by its API. Both carry out the operations of
 * the same public API, with the same models, so that the desk asks neither which one it is talking to.
 */
export type Backend = {
  readonly kind: 'own' | 'remote';
  readonly accountId: string;
  /**
   * Carries out one operation of the inventory.
   * @param operationId as in the inventory: `modifyPolicy`
   * @returns the answer's model; an empty object where the operation answers nothing
   * @throws BackendFault with the status and sentence that the API answers with
   */
  perform(operationId: string, by: AskedBy, asking?: Asking): Promise<ApiObject>;
};

/** An operation that was not carried out. */
export class BackendFault extends Error {
  /** As of HTTP: 400 what was asked cannot be, 404 is not there, 429 too often, 503 not now; 502 where nobody answered. */
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendFault';
    this.status = status;
  }
}
