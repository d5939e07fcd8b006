import { z } from 'zod';
import { Push, PushLogLine, PushStart, RebootNotice } from '../installation.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const PushParams = z.object({ pushId: Id });
const NoticeParams = z.object({ noticeId: Id });

export const createPush = route({
  needs: 'host.install',
  method: 'POST',
  path: '/accounts/{accountId}/pushes',
  summary: 'Read a list of hosts, and the keys that their SSH servers show; nothing is installed yet (S42)',
  params: z.object({ accountId: Id }),
  /** Lines of `host,port,user,auth,fingerprint`; the last two may be left out. */
  body: z.object({ hosts: z.string().min(1).max(100_000) }),
  reply: Push,
  errors: ['not_found', 'malformed', 'too_many_requests'],
});
export const listPushes = route({
  needs: 'host.install',
  method: 'GET',
  path: '/pushes',
  summary: 'Installations over SSH, the newest 100 (S42)',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Push).max(100) }),
});
export const getPush = route({
  needs: 'host.install',
  method: 'GET',
  path: '/pushes/{pushId}',
  summary: 'One installation over SSH with what became of each host (S42)',
  params: PushParams,
  reply: Push,
  errors: ['not_found'],
});
export const startPush = route({
  needs: 'host.install',
  method: 'POST',
  path: '/pushes/{pushId}/start',
  summary:
    'Install on the hosts that wait, failed or were cancelled; the credentials stay in memory and are destroyed at the end (S42)',
  params: PushParams,
  body: PushStart,
  reply: Push,
  errors: ['not_found', 'malformed', 'wrong_state', 'software_unavailable'],
});
export const cancelPush = route({
  needs: 'host.install',
  method: 'POST',
  path: '/pushes/{pushId}/cancel',
  summary: 'Begin with no further host, break off those that are under way, and destroy the credentials (S42)',
  params: PushParams,
  reply: Push,
  errors: ['not_found', 'wrong_state'],
});
export const getPushLog = route({
  needs: 'host.install',
  method: 'GET',
  path: '/pushes/{pushId}/targets/{targetId}/log',
  summary: 'What was run on a host and what it said, secrets blackened (S42)',
  params: z.object({ pushId: Id, targetId: Id }),
  reply: z.object({ items: z.array(PushLogLine).max(2000) }),
  errors: ['not_found'],
});
export const listRebootNotices = route({
  needs: 'host.install',
  method: 'GET',
  path: '/reboot-notices',
  summary: 'Letters to customers that a host needs a restart, drafts first; nothing restarts a host (S15)',
  query: z.object({ accountId: Id.optional(), hostId: Id.optional() }),
  reply: z.object({ items: z.array(RebootNotice).max(200) }),
});
export const sendRebootNotice = route({
  needs: 'host.install',
  method: 'POST',
  path: '/reboot-notices/{noticeId}/send',
  summary: 'Send a drafted letter to the contacts of the account (S15)',
  params: NoticeParams,
  reply: RebootNotice,
  errors: ['not_found', 'wrong_state'],
});
export const dismissRebootNotice = route({
  needs: 'host.install',
  method: 'POST',
  path: '/reboot-notices/{noticeId}/dismiss',
  summary: 'Put a drafted letter aside (S15)',
  params: NoticeParams,
  reply: RebootNotice,
  errors: ['not_found', 'wrong_state'],
});
