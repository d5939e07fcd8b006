import { z } from 'zod';
import { ConnectorFault, type FaultKind } from './fault.ts';
import { parseJson } from './json.ts';
import type { Limits } from './limits.ts';
import { isBusyStatus, patiently } from './patience.ts';
import type { Reply, Transport } from './transport.ts';

/** Kinds of errors of the vSphere Automation API that mean something to us; any other is told by its status alone. */
const errorTypes: Readonly<Record<string, FaultKind>> = {
  UNAUTHENTICATED: 'refused',
  UNAUTHORIZED: 'forbidden',
  NOT_FOUND: 'failed',
  SERVICE_UNAVAILABLE: 'failed',
  UNABLE_TO_ALLOCATE_RESOURCE: 'too-large',
  RESOURCE_INACCESSIBLE: 'failed',
};
const errorReply = z.object({ error_type: z.string() });
const sessionReply = z.string().regex(/^[\x21-\x7e]{8,1024}$/);
const logoutMs = 5000;

export const vCenterName = (base: URL): string => `VMware vCenter (${base.host})`;

export type VCenterLogin = { readonly username: string; readonly password: string };

/** A session of the vSphere Automation API: opened with name and password, used by its token, closed at the end. */
export class VCenterSession {
  readonly service: string;
  readonly #transport: Transport;
  readonly #limits: Limits;
  readonly #base: URL;
  readonly #token: string;

  private constructor(transport: Transport, limits: Limits, base: URL, service: string, token: string) {
    this.#transport = transport;
    this.#limits = limits;
    this.#base = base;
    this.service = service;
    this.#token = token;
  }

  /** @throws ConnectorFault */
  static async open(transport: Transport, limits: Limits, base: URL, login: VCenterLogin): Promise<VCenterSession> {
    const service = vCenterName(base);
    const url = new URL('/api/session', base);
    const pair = Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64');
    const headers = { authorization: `Basic ${pair}`, accept: 'application/json' };
    const attempt = (): Promise<Reply> => transport.exchange({ service, method: 'POST', url, headers });
    const reply = await patiently(transport, limits, service, attempt);
    if (reply.status !== 200 && reply.status !== 201) throw faultOf(service, reply);
    const token = sessionReply.safeParse(parseJson(reply.text));
    if (!token.success) throw new ConnectorFault('malformed', { service });
    return new VCenterSession(transport, limits, base, service, token.data);
  }

  /** Reads one reply. @throws ConnectorFault; its code is the API's kind of error */
  async read<Shape>(path: string, shape: z.ZodType<Shape>): Promise<Shape> {
    const { service } = this;
    const url = new URL(path, this.#base);
    const headers = { 'vmware-api-session-id': this.#token, accept: 'application/json' };
    const attempt = (): Promise<Reply> => this.#transport.exchange({ service, method: 'GET', url, headers });
    // An error with a kind is an answer, whatever its status: guest tools that do not run make a 503.
    const isBusy = (reply: Reply): boolean => isBusyStatus(reply) && typeOf(reply) === undefined;
    const reply = await patiently(this.#transport, this.#limits, service, attempt, isBusy);
    if (reply.status !== 200) throw faultOf(service, reply);
    const parsed = shape.safeParse(parseJson(reply.text));
    if (!parsed.success) throw new ConnectorFault('malformed', { service });
    return parsed.data;
  }

  /**
   * Ends the session at vCenter. What goes wrong here changes nothing: it ends there by itself after some minutes.
   * @param transport one of its own, for the listing's may be over
   */
  async close(transport: Transport): Promise<void> {
    const url = new URL('/api/session', this.#base);
    const headers = { 'vmware-api-session-id': this.#token };
    await transport
      .exchange({ service: this.service, method: 'DELETE', url, headers, timeoutMs: logoutMs })
      .catch(() => {});
  }
}

/** The kind of error of a reply, if it is one that we know. */
function typeOf(reply: Reply): string | undefined {
  const told = errorReply.safeParse(parseJson(reply.text)).data?.error_type;
  return told !== undefined && Object.hasOwn(errorTypes, told) ? told : undefined;
}

function faultOf(service: string, reply: Reply): ConnectorFault {
  const code = typeOf(reply);
  const facts = { service, status: reply.status, ...(code ? { code } : {}) };
  if (code) return new ConnectorFault(errorTypes[code]!, facts);
  if (reply.status === 429 || reply.status === 503) return new ConnectorFault('throttled', facts);
  if (reply.status === 401) return new ConnectorFault('refused', facts);
  return new ConnectorFault(reply.status === 403 ? 'forbidden' : 'failed', facts);
}
