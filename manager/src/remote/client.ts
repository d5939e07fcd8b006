import { type ApiObject, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { ConnectorFault, type Outgoing, type Reply, Transport } from '../connectors/index.ts';
import type { Platform } from '../platform/index.ts';
import type { Asking } from '../workloadapi/index.ts';
import { isRefused } from './address.ts';
import { readAnswer, readJson } from './answer.ts';
import type { Budget } from './budget.ts';
import { ofLine, RemoteFault } from './fault.ts';
import type { TenantRow } from './store.ts';

const limits = {
  ...{ timeoutMs: 30_000, totalMs: 120_000, replyBytesMax: 32 * 1024 * 1024, pagesMax: 1, machinesMax: 0 },
  ...{ triesMax: 3, firstWaitMs: 500, waitMsMax: 20_000 },
};
const byId = new Map(operations.map((operation) => [operation.id, operation]));

/** A call that may be sent again although nobody knows whether the first was carried out: it only reads. */
export const isReading = ({ id, method }: Operation): boolean => method === 'GET' || /^search/.test(id);

export function operationOf(id: string): Operation {
  const operation = byId.get(id);
  if (!operation) throw new RemoteFault(404, `There is no operation with the ID ${id.slice(0, 60)}.`);
  return operation;
}

/**
 * Calls of one tenant. A line of its own each time, which goes to the tenant's address and nowhere else: no redirect is followed, and the key is in a
 * header of the request and never in an address, a log or a fault.
 */
export class RemoteClient {
  readonly #platform: Platform;
  readonly #budget: Budget;
  readonly #tenant: TenantRow;
  readonly #key: string;
  readonly #isBackground: boolean;

  constructor(platform: Platform, budget: Budget, tenant: TenantRow, key: string, isBackground = false) {
    this.#platform = platform;
    this.#budget = budget;
    this.#tenant = tenant;
    this.#key = key;
    this.#isBackground = isBackground;
  }

  /** @throws RemoteFault */
  async call(operationId: string, asking: Asking = {}): Promise<ApiObject> {
    const operation = operationOf(operationId);
    const reply = await this.#converse(operation, asking);
    if (reply.status >= 200 && reply.status < 300) return readAnswer(operation, asking.params ?? {}, reply.text);
    throw this.#refusal(reply);
  }

  async #converse(operation: Operation, asking: Asking): Promise<Reply> {
    const allowed = allowedOf(this.#platform);
    const { reach, certificate } = this.#tenant;
    const transport = new Transport({
      limits,
      refuses: (address) => isRefused(address, reach, allowed),
      ...(certificate ? { trustedCertificates: [certificate], isPinned: true } : {}),
    });
    const outgoing = this.#outgoing(operation, asking);
    try {
      for (let tries = 1; ; tries += 1) {
        await this.#budget.take(this.#tenant.tenant_id, this.#isBackground);
        const reply = await this.#once(transport, outgoing, operation, tries);
        if (!reply) continue;
        if (reply.status !== 429) return reply;
        // What was refused for its number was not carried out, so that it may be sent again whatever it is.
        await this.#budget.block(this.#tenant.tenant_id, header(reply, 'retry-after'), tries);
        if (tries >= limits.triesMax) return reply;
      }
    } finally {
      transport.close();
    }
  }

  /** @returns undefined where it shall be sent again */
  async #once(
    transport: Transport,
    outgoing: Outgoing,
    operation: Operation,
    tries: number,
  ): Promise<Reply | undefined> {
    const isAgain = tries < limits.triesMax && isReading(operation);
    try {
      const reply = await transport.exchange(outgoing);
      return isAgain && reply.status >= 502 && reply.status <= 504 ? undefined : reply;
    } catch (error) {
      if (!(error instanceof ConnectorFault)) throw error;
      const isBroken = error.kind === 'unreachable' && error.code === 'ECONNRESET';
      if (isAgain && isBroken) return undefined;
      throw ofLine(error);
    }
  }

  #outgoing(operation: Operation, { params = {}, query = {}, body }: Asking): Outgoing {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name];
      if (value === undefined || value === '') throw new RemoteFault(400, `${name} is missing.`);
      return encodeURIComponent(String(value));
    });
    const url = new URL(`${this.#tenant.address}/api${path}`);
    for (const [name, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, one as string);
    return {
      ...{ service: serviceOf(this.#tenant), method: operation.method, url },
      headers: {
        'api-version': 'v1',
        // Keys of Cloud One begin so, and go into the other header.
        ...(this.#key.startsWith('tmc') ? { authorization: `ApiKey ${this.#key}` } : { 'api-secret-key': this.#key }),
        'content-type': 'application/json',
        accept: 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
  }

  #refusal(reply: Reply): RemoteFault {
    const { status } = reply;
    const told = this.#messageOf(reply);
    if (status === 401)
      return new RemoteFault(502, 'The tenant does not accept the API key: it was deleted, replaced or mistyped.', {
        problem: 'key_refused',
      });
    if (status === 403)
      return new RemoteFault(403, `The key may not do this, or it is locked or expired.${told}`, {
        problem: 'forbidden',
      });
    if (status === 404) return new RemoteFault(404, `The tenant has no such object.${told}`);
    if (status === 429) return new RemoteFault(429, 'The tenant is asked too often. Please try again later.');
    if (status >= 400 && status < 500) return new RemoteFault(400, `The tenant refused this.${told}`);
    return new RemoteFault(502, `The tenant failed (status ${status}). Whether it did something is not known.`);
  }

  /** What a tenant says of a refusal, for people who must mend it: short, of printable characters, and never our key. */
  #messageOf(reply: Reply): string {
    try {
      const { message } = readJson(reply.text);
      if (typeof message !== 'string' || message.includes(this.#key)) return '';
      const clean = message
        .toWellFormed()
        .replace(/[\p{C}\s]+/gu, ' ')
        .trim();
      return clean === '' ? '' : ` It says: ${clean.slice(0, 300)}`;
    } catch {
      return '';
    }
  }
}

const header = ({ headers }: Reply, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

const serviceOf = ({ address }: TenantRow): string => `The tenant at ${new URL(address).host}`;

export const allowedOf = ({ config }: Platform): string[] =>
  config.SAKIMORI_REMOTE_ALLOWED_ADDRESSES.split(',')
    .map((word) => word.trim())
    .filter(Boolean);
