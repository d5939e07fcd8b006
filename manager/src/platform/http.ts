import { randomUUID } from 'node:crypto';
import {
  type Actor,
  errors,
  type Language,
  may,
  type Problem,
  Refusal,
  type Route,
  type RouteInput,
  type RouteReply,
  refusalText,
} from '@sakimori/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Log } from './log.ts';

/** What a handler knows of a request besides its validated parts. `actor` is undefined on open routes where nobody is signed in. */
export type Caller<Who extends Actor | undefined> = {
  readonly actor: Who;
  readonly language: Language;
  readonly requestId: string;
  /** Address of the peer, for rate limits and the audit. */
  readonly address: string;
  /** For the few handlers that set or read cookies. */
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};
export type BoundRoute = {
  readonly route: Route;
  readonly handle: (
    input: { params: unknown; query: unknown; body: unknown },
    caller: Caller<Actor | undefined>,
  ) => Promise<unknown>;
};

type WhoCalls<R> = R extends { open: string } ? Actor | undefined : Actor;

/** Binds a route of the contract to its handler; the types of both sides come from the route. */
export function serve<R extends Route>(
  route: R,
  handle: (input: RouteInput<R>, caller: Caller<WhoCalls<R>>) => Promise<RouteReply<R> | undefined>,
): BoundRoute {
  return { route, handle: handle as unknown as BoundRoute['handle'] };
}

/**
 * Who makes a request; undefined where nobody is signed in.
 * @param how `touch: false` where the caller only looks whether access still stands: it then counts as no use of the session or key
 */
export type Authenticate = (
  request: FastifyRequest,
  how?: { readonly touch: boolean },
) => Promise<{ actor: Actor; language: Language } | undefined>;

/** Puts routes behind the door: authenticate → permission → validate → handle → filter the reply. */
export function registerRoutes(
  app: FastifyInstance,
  prefix: string,
  bound: readonly BoundRoute[],
  authenticate: Authenticate,
): void {
  for (const { route, handle } of bound) {
    app.route({
      method: route.method,
      url: prefix + route.path.replace(/\{(\w+)\}/g, ':$1'),
      bodyLimit: route.bodyBytesMax ?? 1024 * 1024,
      handler: async (request, reply) => {
        refuseForeignOrigin(request);
        const who = await authenticate(request);
        if (!('open' in route) && !who) throw new Refusal('unauthenticated');
        if ('needs' in route && !may(who!.actor.role, route.needs))
          throw new Refusal('forbidden', { permission: route.needs });
        const input = {
          params: check(route.params, request.params, 'path'),
          query: check(route.query, request.query, 'query'),
          body: check(route.body, request.body ?? undefined, 'body'),
        };
        const caller = {
          actor: who?.actor,
          language: who?.language ?? languageOf(request),
          requestId: request.id,
          address: request.ip,
          request,
          reply,
        };
        const answer = await handle(input, caller);
        if (!route.reply) return reply.code(204).send();
        if (route.replyType !== undefined) reply.type(route.replyType);
        return reply.code(200).header('cache-control', 'no-store').send(route.reply.parse(answer));
      },
    });
  }
}

function check(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues
    .slice(0, 10)
    .map((issue) => `${[place, ...issue.path].join('.')}: ${issue.message}`)
    .join('; ');
  throw new Refusal('malformed', { detail: detail.slice(0, 1500) });
}

/** Requests that change something and carry a cookie must come from our own pages. Programs with a key send no origin. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (request.method === 'GET' || !origin) return;
  if (URL.parse(origin)?.host !== request.headers.host)
    throw new Refusal('malformed', { detail: 'the request comes from another site' });
}

export const languageOf = (request: FastifyRequest): Language =>
  /^\s*en/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'ja';

/** Every error leaves as problem details (RFC 9457). What is not a refusal is a 500 whose reason stays in the log. */
export function installErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const refusal = toRefusal(error, request.id, request.routeOptions.bodyLimit);
    if (refusal.code === 'internal' || refusal.code === 'unavailable') {
      log.error(
        {
          requestId: request.id,
          method: request.method,
          route: request.routeOptions.url,
          err: {
            message: (refusal.cause as Error | undefined)?.message ?? error.message,
            stack: (refusal.cause as Error | undefined)?.stack ?? error.stack,
          },
        },
        'a request failed',
      );
    }
    return sendProblem(reply, refusal, languageOf(request), request.id);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Refusal('not_found', { what: 'address' }), languageOf(request), request.id),
  );
}

export function sendProblem(
  reply: FastifyReply,
  refusal: Refusal,
  language: Language,
  requestId: string,
): FastifyReply {
  if (refusal.code === 'unavailable' || refusal.code === 'too_many_requests')
    reply.header('retry-after', String(refusal.facts['retrySeconds'] ?? 5));
  return reply
    .code(refusal.status)
    .type('application/problem+json')
    .send(toProblem(refusal, language, requestId));
}

export function toProblem(refusal: Refusal, language: Language, requestId: string): Problem {
  const entry = errors[refusal.code];
  return {
    type: `https://sakimori.example/errors/${refusal.code}`,
    title: refusal.code,
    status: entry.status,
    code: refusal.code,
    detail: refusalText(language, refusal),
    facts: refusal.facts,
    requestId,
  };
}

export function toRefusal(error: unknown, requestId: string, limitBytes = 1024 * 1024): Refusal {
  if (error instanceof Refusal)
    return error.code === 'internal' ? new Refusal('internal', { requestId }, { cause: error.cause }) : error;
  const code = (error as Partial<FastifyError>).code ?? '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal('too_large', { limitBytes });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Refusal('unsupported_encoding', { expected: 'application/json' });
  if ((error as Partial<FastifyError>).statusCode === 400)
    return new Refusal('malformed', { detail: (error as Error).message.slice(0, 300) });
  return new Refusal('internal', { requestId }, { cause: error });
}

export const newRequestId = (): string => randomUUID();
