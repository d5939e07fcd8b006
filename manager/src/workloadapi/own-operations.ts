import { type ApiObject, operations } from '@sakimori/contract/workload-security/index';
import { readConfiguration } from '../configuration/index.ts';
import type { Platform } from '../platform/index.ts';
import type { AskedBy, Asking } from './asking.ts';
import { handlersOf, type Wiring } from './handlers.ts';
import { notFound, toFault } from './http/api-fault.ts';
import { Call, type Handler } from './http/call.ts';
import { JsonPieces } from './http/json-pieces.ts';
import { fullAccessId } from './keys/authenticate.ts';

const operationsById = new Map(operations.map((operation) => [operation.id, operation]));

/** The operations of the API for whoever stands in this process: no key, no rate; the rights of an account's full access, in the name of a person. */
export class OwnOperations {
  readonly #platform: Platform;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #address: () => string;

  constructor(platform: Platform, wiring: Wiring, address: () => string) {
    this.#platform = platform;
    this.#handlers = new Map(handlersOf(wiring));
    this.#address = address;
  }

  readonly toFault = toFault;

  /**
   * @returns the answer as a client of the API reads it; an empty object where the operation answers nothing
   * @throws what {@link toFault} puts into the API's words
   */
  async perform(accountId: string, operationId: string, by: AskedBy, asking: Asking): Promise<ApiObject> {
    const [operation, handler] = [operationsById.get(operationId), this.#handlers.get(operationId)];
    if (!operation || !handler) throw notFound('operation', operationId);
    const platform = this.#platform;
    const role = await platform.database.as(accountId, async (tx) =>
      (await readConfiguration(tx, accountId)).get('Role', fullAccessId),
    );
    if (!role) throw notFound('account');
    const { actor, reason } = by;
    const params = Object.fromEntries(Object.entries(asking.params ?? {}).map(([name, value]) => [name, `${value}`]));
    const query = Object.fromEntries(
      Object.entries(asking.query ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
    );
    const caller = { accountId, keyId: undefined, actor, role, method: 'in-process' } as const;
    const given = { operation, caller, params, query, address: this.#address(), reason };
    // As a client sends it: nothing that JSON cannot say gets in, and nothing of the caller's is shared.
    const body = asking.body === undefined ? undefined : JSON.parse(JSON.stringify(asking.body));
    return plain(await handler(new Call({ ...given, platform, body })));
  }
}

function plain(answer: unknown): ApiObject {
  if (answer instanceof JsonPieces) return JSON.parse(Buffer.concat(answer.pieces).toString('utf8')) as ApiObject;
  return answer === undefined ? {} : (JSON.parse(JSON.stringify(answer)) as ApiObject);
}
