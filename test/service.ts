import { createAuthenticate } from '@sakimori/manager/access/index';
import {
  installErrors,
  newRequestId,
  type Platform,
  type Room,
  registerRoutes,
} from '@sakimori/manager/platform/index';
import fastify from 'fastify';

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
