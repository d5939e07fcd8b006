import { type Actor, type LiveEvent, may, type Permission, Refusal } from '@sakimori/contract';
import type { FastifyInstance } from 'fastify';
import type { Announcement, Authenticate, Platform } from './platform/index.ts';

/** Which permission lets a caller hear of a topic. */
const permissionOf: Readonly<Record<LiveEvent['topic'], Permission>> = {
  account: 'account.read',
  alert: 'alert.read',
  audit: 'audit.read',
  detection: 'detection.read',
  host: 'host.read',
  mail: 'mail.read',
  policy: 'policy.read',
  report: 'report.read',
};

const keepAliveMs = 20_000;

/** `GET /service/live`: server-sent events that say what changed, so that pages ask again. Customers hear of their own account only. */
export function registerLive(app: FastifyInstance, platform: Platform, authenticate: Authenticate): void {
  const open = new Set<() => void>();
  app.get('/service/live', async (request, reply) => {
    const who = await authenticate(request);
    if (!who) throw new Refusal('unauthenticated');
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    stream.write('retry: 1000\n\n');
    const unsubscribe = platform.live.subscribe((event) => {
      if (concerns(event, who.actor) && stream.writableLength < 65_536)
        stream.write(`data: ${JSON.stringify(event)}\n\n`);
    });
    const keepAlive = setInterval(async () => {
      // Whoever signed out meanwhile, or was shut out, hears no more.
      if (await authenticate(request).catch(() => undefined)) stream.write(': \n\n');
      else end();
    }, keepAliveMs);
    const end = () => {
      clearInterval(keepAlive);
      unsubscribe();
      open.delete(end);
      stream.end();
    };
    open.add(end);
    stream.once('close', end);
  });
  app.addHook('preClose', async () => {
    for (const end of [...open]) end();
  });
}

function concerns(event: Announcement, actor: Actor): event is LiveEvent {
  if (!('topic' in event) || !may(actor.role, permissionOf[event.topic])) return false;
  return actor.accountId === undefined || actor.accountId === event.accountId;
}
