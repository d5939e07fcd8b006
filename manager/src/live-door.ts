import { type Actor, type LiveEvent, may, type Permission, Refusal } from '@sakimori/contract';
import type { FastifyInstance } from 'fastify';
import type { Announcement, Authenticate, Platform } from './platform/index.ts';

/** Which permission lets a caller hear of a topic. */
const permissionOf: Readonly<Record<LiveEvent['topic'], Permission>> = {
  account: 'account.read',
  change: 'change.read',
  alert: 'alert.read',
  audit: 'audit.read',
  calendar: 'calendar.read',
  containment: 'containment.read',
  configuration: 'policy.read',
  detection: 'detection.read',
  host: 'host.read',
  installation: 'host.install',
  mail: 'mail.read',
  malware: 'policy.read',
  work: 'work.read',
  policy: 'policy.read',
  quarantine: 'host.read',
  report: 'report.read',
  review: 'review.read',
  case: 'case.read',
  ticket: 'ticket.read',
  source: 'source.read',
  remote: 'remote.read',
  meeting: 'meeting.read',
};

/**
 * `GET /service/live`: server-sent events that say what changed, so that pages ask again. Customers hear of their own account only. A stream
 * ends with the access it was opened with, and does not keep a session alive.
 */
export function registerLive(
  app: FastifyInstance,
  platform: Platform,
  authenticate: Authenticate,
  keepAliveMs = 20_000,
): void {
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
    const isStillLetIn = async () =>
      (await authenticate(request, { touch: false }).catch(() => undefined)) !== undefined;
    const unsubscribe = platform.live.subscribe((event) => {
      // A person's other sessions may go on: which one ended, only the database knows.
      if (endsAccessOf(event, who.actor)) void isStillLetIn().then((letIn) => letIn || end());
      else if (concerns(event, who.actor) && stream.writableLength < 65_536)
        stream.write(`data: ${JSON.stringify(event)}\n\n`);
    });
    const keepAlive = setInterval(async () => {
      // Sessions also end by themselves, and an announcement may be lost with its connection.
      if (await isStillLetIn()) stream.write(': \n\n');
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

const endsAccessOf = (event: Announcement, actor: Actor): boolean =>
  'internal' in event && event.internal === 'access-ended' && event.id === actor.id;

function concerns(event: Announcement, actor: Actor): event is LiveEvent {
  // A partner SOC asks by itself: an event of an account that it does not cover would tell it something.
  if (!('topic' in event) || actor.socId !== undefined || !may(actor.role, permissionOf[event.topic])) return false;
  return actor.accountId === undefined || actor.accountId === event.accountId;
}
