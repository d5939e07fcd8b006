import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import { routes } from '@sakimori/contract';
import { openApi } from '@sakimori/contract/openapi';
import { type FastifyInstance, fastify } from 'fastify';
import { registerLive } from './live-door.ts';
import {
  type Authenticate,
  installErrors,
  newRequestId,
  type Platform,
  type Room,
  registerRoutes,
} from './platform/index.ts';

const consoleFolder = join(import.meta.dirname, '../../console/dist');

/** Pages may load what we serve and nothing else. */
const contentPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The application without its process: service API, live events, OpenAPI page and console. */
export async function buildApp(
  platform: Platform,
  rooms: readonly Room[],
  authenticate: Authenticate,
): Promise<FastifyInstance> {
  const app = fastify({
    genReqId: newRequestId,
    trustProxy: 'loopback',
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
  });
  installErrors(app, platform.log);
  await app.register(fastifyCookie);
  takeEmptyJson(app);
  app.addHook('onSend', async (request, reply) => {
    reply.headers({
      'content-security-policy': contentPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-request-id': request.id,
    });
  });
  registerRoutes(
    app,
    '/service',
    rooms.flatMap((room) => room.routes ?? []),
    authenticate,
  );
  // Where a Prometheus server looks by itself.
  const metrics = rooms.flatMap((room) => room.routes ?? []).filter(({ route }) => route === routes.readMetrics);
  registerRoutes(app, '', metrics, authenticate);
  registerLive(app, platform, authenticate);
  app.get('/openapi.json', async () => openApi('/service'));
  app.get('/healthz', async () => {
    await platform.database.asProvider(async () => undefined);
    return { status: 'ok' };
  });
  if (existsSync(consoleFolder)) await serveConsole(app);
  return app;
}

/** Programs send `content-type: application/json` with no body; that is no body, not a malformed one. */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body as string, done);
  });
}

/** The console is one page; addresses below it are its own, so they all get that page. */
async function serveConsole(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, {
    root: consoleFolder,
    wildcard: false,
    maxAge: '1y',
    immutable: true,
    index: false,
  });
  app.get('/*', (request, reply) => {
    if (/^\/(service|assets)\//.test(request.url)) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { maxAge: 0, immutable: false });
  });
}
