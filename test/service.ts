import { type Actor, type Client, createClient, isSocRole, type Role } from '@sakimori/contract';
import { createAuthenticate } from '@sakimori/manager/access/index';
import {
  installErrors,
  newId,
  newRequestId,
  type Platform,
  type Room,
  registerRoutes,
  sql,
} from '@sakimori/manager/platform/index';
import fastify, { type InjectOptions } from 'fastify';

export type Answer<Body = Record<string, unknown>> = {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
  /** The session token that the answer set; empty where it took the cookie away. */
  readonly cookie: string | undefined;
};
export type Sending = {
  readonly key?: string | undefined;
  readonly cookie?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};

/** The routes of some rooms behind the real doors on a free port. */
export type TestService = {
  /** Base of the service API. */
  readonly base: string;
  send<Body = Record<string, unknown>>(method: string, path: string, sending?: Sending): Promise<Answer<Body>>;
  stop(): Promise<void>;
};

export async function startTestService(platform: Platform, rooms: readonly Room[]): Promise<TestService> {
  const app = fastify({ genReqId: newRequestId });
  installErrors(app, platform.log);
  const routes = rooms.flatMap((room) => room.routes ?? []);
  registerRoutes(app, '/service', routes, createAuthenticate(platform));
  const base = `${await app.listen({ port: 0, host: '127.0.0.1' })}/service`;
  return {
    base,
    send: async <Body>(method: string, path: string, sending: Sending = {}) => {
      const response = await fetch(base + path, {
        method,
        headers: {
          ...(sending.key ? { authorization: `Bearer ${sending.key}` } : {}),
          ...(sending.cookie ? { cookie: `sakimori_session=${sending.cookie}` } : {}),
          ...(sending.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...sending.headers,
        },
        ...(sending.body === undefined ? {} : { body: JSON.stringify(sending.body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: (text ? JSON.parse(text) : undefined) as Body,
        headers: response.headers,
        cookie: /^sakimori_session=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1],
      };
    },
    stop: () => app.close(),
  };
}

/** The routes of some rooms, asked by whoever is named: for tests of what a route does, not of who may sign in. */
export type DirectService = {
  /** A typed client; a problem becomes a `Refusal`. */
  as(actor: Actor): Client;
  stop(): Promise<void>;
};

export function openDirectService(platform: Platform, rooms: readonly Room[]): DirectService {
  const app = fastify({ genReqId: newRequestId });
  installErrors(app, platform.log);
  const routes = rooms.flatMap((room) => room.routes ?? []);
  registerRoutes(app, '', routes, async (request) => ({
    actor: JSON.parse(Buffer.from(String(request.headers['x-actor']), 'base64').toString('utf8')) as Actor,
    language: 'en',
  }));
  const inject = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', headers, body } = init;
    const { statusCode, payload } = await app.inject({
      method: method as NonNullable<InjectOptions['method']>,
      url: new URL(String(url)).href.replace('http://direct', ''),
      headers: headers as Record<string, string>,
      ...(body ? { payload: String(body) } : {}),
    });
    return new Response(statusCode === 204 ? null : payload, { status: statusCode });
  };
  return {
    as: (actor) =>
      createClient({
        base: 'http://direct',
        headers: { 'x-actor': Buffer.from(JSON.stringify(actor)).toString('base64') },
        fetch: inject as typeof fetch,
      }),
    stop: () => app.close(),
  };
}

/** Somebody of a role: of the provider, or of a customer where an account is given. */
export const actorOf = (role: Role, accountId?: string): Actor => ({
  kind: 'person',
  id: '019ab000-0000-7000-8000-00000000cafe',
  name: `A ${role}`,
  role,
  ...(accountId ? { accountId } : {}),
});

/** What somebody of this role belongs to, as people and keys are made: an account, a partner SOC, or neither. */
export async function belongingOf(
  platform: Platform,
  role: Role,
  accountId: string,
): Promise<{ readonly accountId?: string; readonly socId?: string }> {
  if (role.startsWith('customer')) return { accountId };
  if (!isSocRole(role)) return {};
  const socId = newId(platform.clock);
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into cases_soc (id, name, mails, language, secret_sealed, created_at)
      values (${socId}, ${`SOC ${socId}`}, '{}', 'ja', 'sealed', ${platform.clock.now()})`),
  );
  return { socId };
}
