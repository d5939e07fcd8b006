import type { Readable } from 'node:stream';
import type { Actor } from '@sakimori/contract';
import {
  type ApiObject,
  collectionOf,
  type Operation,
  operations,
  providerOperations,
} from '@sakimori/contract/workload-security/index';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Software } from '../../deployment/index.ts';
import { newRequestId, type Platform, Turns } from '../../platform/index.ts';
import { addSoftwareRoutes } from '../agents/software-door.ts';
import type { Authenticator } from '../keys/authenticate.ts';
import type { UsageWriter } from '../usage/usage-writer.ts';
import { ApiFault, toFault } from './api-fault.ts';
import { parseBody, readBytes } from './body.ts';
import { type ApiCaller, Call, type Handler } from './call.ts';
import { JsonPieces } from './json-pieces.ts';
import type { ProviderHandler } from './provider-call.ts';
import type { RateLimit } from './rate-limit.ts';

export type DoorParts = {
  readonly platform: Platform;
  readonly handlers: ReadonlyMap<string, Handler>;
  readonly providerHandlers: ReadonlyMap<string, ProviderHandler>;
  readonly authenticator: Authenticator;
  readonly limit: RateLimit;
  readonly usage: UsageWriter;
  readonly software: Software;
  readonly tls: { readonly key: string; readonly cert: string };
  /** `https://host:port`, once the door is open. */
  readonly address: () => string;
};

/**
 * The API's door: every operation of the inventory at its path, JSON always, no cookies, nothing but the key to say who calls. Whoever has no
 * valid key learns nothing, not even which addresses exist.
 */
export function buildDoor(parts: DoorParts): FastifyInstance {
  const app = fastify({
    https: { ...parts.tls, minVersion: 'TLSv1.2' },
    genReqId: newRequestId,
    requestTimeout: 60_000,
    // A peer that neither sends nor takes anything for so long holds nothing of ours any more.
    connectionTimeout: 120_000,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 400 },
  }) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, stream: Readable) => readBytes(stream));
  installAnswers(app, parts);
  const turns = new Turns(callsAtOnceMax, callsWaitingMax);
  for (const operation of operations) addRoute(app, parts, turns, operation);
  for (const operation of providerOperations) addProviderRoute(app, parts, operation);
  addSoftwareRoutes(app, parts.software);
  return app;
}

const callers = new WeakMap<FastifyRequest, ApiCaller>();
const providers = new WeakMap<FastifyRequest, Actor>();
const toRoute = (path: string): string => `/api${path.replace(/\{(\w+)\}/g, ':$1')}`;

/** @throws Error where nobody answers an operation of the inventory */
function handlerOf<Answering>(handlers: ReadonlyMap<string, Answering>, { id }: Operation): Answering {
  const handler = handlers.get(id);
  if (!handler) throw new Error(`Nobody answers the operation ${id}.`);
  return handler;
}

/** Calls of one account that are in work at once, and that wait for it. */
const [callsAtOnceMax, callsWaitingMax] = [4, 500];

function addRoute(app: FastifyInstance, parts: DoorParts, turns: Turns, operation: Operation): void {
  const handler = handlerOf(parts.handlers, operation);
  app.route({
    method: operation.method,
    url: toRoute(operation.path),
    exposeHeadRoute: false,
    // Before the body is read: nobody without a key makes us take ten megabytes.
    onRequest: async (request) => {
      const caller = await parts.authenticator.callerOf(request.headers);
      if (!parts.limit.take(caller.actor.id, caller.accountId)) throw new ApiFault(429, 'Too many API requests.');
      callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const startedMs = performance.now();
      const call = new Call({
        ...{ platform: parts.platform, operation, caller: callers.get(request)!, address: parts.address() },
        params: request.params as Record<string, string>,
        query: request.query as Record<string, string | string[]>,
        body: parseBody((request.body as Buffer | undefined) ?? Buffer.alloc(0)),
      });
      let [status, items] = [200, 0];
      try {
        const answer = await turns.run(call.accountId, () => handler(call));
        items = itemCount(operation, answer);
        return send(reply, answer);
      } catch (error) {
        status = toFault(error).status;
        throw error;
      } finally {
        parts.usage.note(call, { status, items, durationMs: performance.now() - startedMs });
      }
    },
  });
}

function addProviderRoute(app: FastifyInstance, parts: DoorParts, operation: Operation): void {
  const handler = handlerOf(parts.providerHandlers, operation);
  app.route({
    method: operation.method,
    url: toRoute(operation.path),
    exposeHeadRoute: false,
    onRequest: async (request) => {
      const actor = await parts.authenticator.providerOf(request.headers);
      if (!parts.limit.take(actor.id)) throw new ApiFault(429, 'Too many API requests.');
      providers.set(request, actor);
    },
    handler: async (request, reply) => {
      const actor = providers.get(request)!;
      const params = request.params as Record<string, string>;
      const body = parseBody((request.body as Buffer | undefined) ?? Buffer.alloc(0));
      return send(reply, await handler({ platform: parts.platform, actor, params, body }));
    },
  });
}

function itemCount(operation: Operation, answer: unknown): number {
  if (answer instanceof JsonPieces) return answer.itemCount;
  if (answer === undefined || operation.returns === null) return 0;
  const isListing = /^(list|search)/.test(operation.id) && !/settings$/i.test(operation.returns);
  if (!isListing) return 1;
  const items = (answer as ApiObject)[collectionOf(operation.returns).property];
  return Array.isArray(items) ? items.length : 1;
}

function send(reply: FastifyReply, answer: unknown): FastifyReply {
  reply.code(200).header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store');
  if (answer instanceof JsonPieces) return sendPieces(reply, answer);
  return reply.send(answer === undefined ? '' : JSON.stringify(answer));
}

/** Bytes that are handed to the connection at once. */
const roomBytes = 128 * 1024;

/** Written as the peer takes it, so that a slow client costs no memory besides the pieces themselves and one room. */
function sendPieces(reply: FastifyReply, answer: JsonPieces): FastifyReply {
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.setHeader('content-length', answer.byteLength);
  const read = answer.reader();
  const room = Buffer.allocUnsafe(Math.min(roomBytes, answer.byteLength));
  const write = (error?: Error | null) => {
    if (error || raw.destroyed) return;
    const size = read(room);
    if (size === 0) raw.end();
    // The room is free again once the connection has taken what was in it.
    else raw.write(room.subarray(0, size), write);
  };
  write();
  return reply;
}

function installAnswers(app: FastifyInstance, { platform, authenticator }: DoorParts): void {
  app.addHook('onSend', async (request, reply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'x-request-id': request.id });
  });
  app.setErrorHandler((error, request, reply) => {
    const fault = toFault(error);
    if (fault.status >= 500)
      platform.log.error(
        {
          requestId: request.id,
          method: request.method,
          route: request.routeOptions.url,
          err: { message: String(fault.cause), stack: (fault.cause as Error | undefined)?.stack },
        },
        'a call of the Workload Security API failed',
      );
    return sendFault(reply, fault);
  });
  app.setNotFoundHandler(async (request, reply) => {
    await authenticator.anyoneOf(request.headers);
    return sendFault(reply, new ApiFault(404, 'There is no such address in this API.'));
  });
}

function sendFault(reply: FastifyReply, fault: ApiFault): FastifyReply {
  if (fault.status === 429) reply.header('retry-after', '10');
  return reply
    .code(fault.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify({ message: fault.message }));
}
