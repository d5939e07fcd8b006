/**
 * Installation: the agent brought to hosts over SSH with credentials for a time (S42), and letters about restarts that a host needs (S15). `push` the rules · `runner`
 * what is done on each host · `ssh` the client · `credentials` what is destroyed at the end.
 */
import { routes } from '@sakimori/contract';
import type { DeploymentParts } from '../deployment/index.ts';
import { type Room, serve } from '../platform/index.ts';
import { cancelPush, endSilentPushes, getPush, listPushes, preparePush, readPushLog, startPush } from './push.ts';
import { decideRebootNotice, listRebootNotices } from './reboot-notices.ts';
import { PushRunner } from './runner.ts';

export { draftRebootNotice } from './reboot-notices.ts';
export { PushRunner } from './runner.ts';

export function installationRoom(parts: DeploymentParts, runner = new PushRunner(parts)): Room {
  const { platform } = parts;
  return {
    name: 'installation',
    routes: [
      serve(routes.createPush, ({ params, body }, { actor }) =>
        preparePush(platform, actor, params.accountId, body.hosts),
      ),
      serve(routes.listPushes, async ({ query }, { actor }) => ({ items: await listPushes(platform, actor, query) })),
      serve(routes.getPush, ({ params }, { actor }) => getPush(platform, actor, params.pushId)),
      serve(routes.startPush, ({ params, body }, { actor }) => startPush(parts, runner, actor, params.pushId, body)),
      serve(routes.cancelPush, ({ params }, { actor }) => cancelPush(platform, runner, actor, params.pushId)),
      serve(routes.getPushLog, async ({ params }, { actor }) => ({
        items: await readPushLog(platform, actor, params.pushId, params.targetId),
      })),
      serve(routes.listRebootNotices, async ({ query }, { actor, language }) => ({
        items: await listRebootNotices(platform, actor, language, query),
      })),
      serve(routes.sendRebootNotice, ({ params }, { actor, language }) =>
        decideRebootNotice(platform, actor, language, params.noticeId, 'sent'),
      ),
      serve(routes.dismissRebootNotice, ({ params }, { actor, language }) =>
        decideRebootNotice(platform, actor, language, params.noticeId, 'dismissed'),
      ),
    ],
    ticks: [endSilentPushes(platform)],
    start: async () => () => runner.close(),
  };
}
