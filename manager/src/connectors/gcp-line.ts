import { sign } from 'node:crypto';
import { z } from 'zod';
import { ConnectorFault, type FaultKind } from './fault.ts';
import type { GcpServiceAccount } from './gcp-key.ts';
import { parseJson } from './json.ts';
import type { Limits } from './limits.ts';
import { isBusyStatus, patiently } from './patience.ts';
import type { Outgoing, Reply, Transport } from './transport.ts';

export type GcpLineOptions = {
  readonly transport: Transport;
  readonly limits: Limits;
  /** Where everything is asked instead of at Google, the token included. */
  readonly endpoint: string | undefined;
  readonly now: () => Date;
};

const tokenName = 'Google OAuth';
const tokenSeconds = 3600;
/** A token is renewed before its end, so that no request starts with one that runs out on its way. */
const renewBeforeMs = 5 * 60_000;
const scopes = [
  'https://www.googleapis.com/auth/compute.readonly',
  'https://www.googleapis.com/auth/cloudplatformprojects.readonly',
];

/** Codes of Google's error replies that we tell people of. */
const codes: Readonly<Record<string, FaultKind>> = {
  invalid_grant: 'refused',
  invalid_client: 'refused',
  unauthorized_client: 'refused',
  invalid_scope: 'refused',
  UNAUTHENTICATED: 'refused',
  PERMISSION_DENIED: 'forbidden',
  RESOURCE_EXHAUSTED: 'throttled',
  rateLimitExceeded: 'throttled',
  userRateLimitExceeded: 'throttled',
  UNAVAILABLE: 'throttled',
  NOT_FOUND: 'failed',
  INVALID_ARGUMENT: 'failed',
};
/** OAuth tells a word; the other APIs a status, and Compute Engine's rate limit hides behind a 403 in one of its reasons. */
const errorReply = z.object({
  error: z.union([
    z.string(),
    z
      .object({
        status: z.string().optional(),
        errors: z.array(z.object({ reason: z.string().optional() })).optional(),
      })
      .transform(
        ({ status, errors }) => errors?.find(({ reason }) => reason?.endsWith('ateLimitExceeded'))?.reason ?? status,
      ),
  ]),
});
const tokenReply = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().int().min(1).max(86_400).default(tokenSeconds),
});

/** Requests to Google with a service account's token, which is asked for when it is needed (RFC 7523). */
export class GcpLine {
  readonly #options: GcpLineOptions;
  readonly #account: GcpServiceAccount;
  #token: Promise<{ readonly value: string; readonly renewAtMs: number }> | undefined;

  constructor(options: GcpLineOptions, account: GcpServiceAccount) {
    this.#options = options;
    this.#account = account;
  }

  /**
   * Reads one reply of an API.
   * @param host Google's host, where there is no endpoint
   * @throws ConnectorFault
   */
  async read<Shape>(service: string, host: string, path: string, shape: z.ZodType<Shape>): Promise<Shape> {
    const token = await this.#freshToken();
    const url = new URL(path, this.#options.endpoint ?? `https://${host}`);
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    return this.#ask({ service, method: 'GET', url, headers }, shape);
  }

  async #freshToken(): Promise<string> {
    const nowMs = this.#options.now().getTime();
    if (this.#token && (await this.#token).renewAtMs <= nowMs) this.#token = undefined;
    this.#token ??= this.#fetchToken();
    return (await this.#token).value;
  }

  async #fetchToken(): Promise<{ readonly value: string; readonly renewAtMs: number }> {
    const url = new URL('/token', this.#options.endpoint ?? 'https://oauth2.googleapis.com');
    const nowMs = this.#options.now().getTime();
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      // The audience is the place that it is sent to: nobody else can use it further.
      assertion: assertionOf(this.#account, url.href, nowMs),
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const reply = await this.#ask({ service: tokenName, method: 'POST', url, headers, body }, tokenReply);
    return { value: reply.access_token, renewAtMs: nowMs + reply.expires_in * 1000 - renewBeforeMs };
  }

  async #ask<Shape>(outgoing: Outgoing, shape: z.ZodType<Shape>): Promise<Shape> {
    const { transport, limits } = this.#options;
    const { service } = outgoing;
    const isBusy = (reply: Reply): boolean =>
      isBusyStatus(reply) || (reply.status >= 400 && codes[codeOf(reply) ?? ''] === 'throttled');
    const reply = await patiently(transport, limits, service, () => transport.exchange(outgoing), isBusy);
    if (reply.status !== 200) throw faultOf(service, reply);
    const parsed = shape.safeParse(parseJson(reply.text));
    if (!parsed.success) throw new ConnectorFault('malformed', { service });
    return parsed.data;
  }
}

/** A JWT for the bearer grant, signed by RS256. */
function assertionOf(account: GcpServiceAccount, audience: string, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = part({ alg: 'RS256', typ: 'JWT', kid: account.privateKeyId });
  const claims = part({
    iss: account.clientEmail,
    scope: scopes.join(' '),
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + tokenSeconds,
  });
  const signature = sign('RSA-SHA256', Buffer.from(`${head}.${claims}`), account.privateKey).toString('base64url');
  return `${head}.${claims}.${signature}`;
}

function faultOf(service: string, reply: Reply): ConnectorFault {
  const code = codeOf(reply);
  const facts = { service, status: reply.status, ...(code ? { code } : {}) };
  if (code) return new ConnectorFault(codes[code]!, facts);
  if (reply.status === 429 || reply.status === 503) return new ConnectorFault('throttled', facts);
  if (reply.status === 401) return new ConnectorFault('refused', facts);
  return new ConnectorFault(reply.status === 403 ? 'forbidden' : 'failed', facts);
}

/** The code of an error reply, if it is one that we know. */
function codeOf(reply: Reply): string | undefined {
  const told = errorReply.safeParse(parseJson(reply.text)).data?.error;
  return told !== undefined && Object.hasOwn(codes, told) ? told : undefined;
}
