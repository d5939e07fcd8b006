import { routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import { askContacts, consentOnPortal, recordPhone, withdraw } from './consents.ts';
import { liftRequest } from './lift.ts';
import { answerConsent, lookAtConsent, sendCode } from './links.ts';
import type { PlaybookParts } from './record.ts';
import { previewRequest, propose } from './requests.ts';
import { runRequest } from './run.ts';
import { getSetting, putSetting } from './settings.ts';
import { createStanding, listStanding, stopStanding } from './standing.ts';
import { getRequest, listRequests } from './view.ts';

export const playbookRoutes = (parts: PlaybookParts): BoundRoute[] => [
  serve(routes.listPlaybooks, async () => {
    const { playbooks, faults } = parts.playbooks.read();
    return { items: [...playbooks.values()], faults: [...faults] };
  }),
  serve(routes.listContainmentRequests, async ({ query }, { actor }) => ({
    items: await listRequests(parts.platform, actor, query),
  })),
  serve(routes.getContainmentRequest, ({ params }, { actor }) => getRequest(parts.platform, actor, params.requestId)),
  serve(routes.previewContainment, ({ params, body }, { actor }) => previewRequest(parts, actor, params.hostId, body)),
  serve(routes.proposeContainment, ({ params, body }, { actor }) => propose(parts, actor, params.hostId, body)),
  serve(routes.askForConsent, ({ params }, { actor }) => askContacts(parts, actor, params.requestId)),
  serve(routes.recordPhoneConsent, ({ params, body }, { actor }) => recordPhone(parts, actor, params.requestId, body)),
  serve(routes.consentOnPortal, ({ params, body }, { actor }) => consentOnPortal(parts, actor, params.requestId, body)),
  serve(routes.withdrawContainment, ({ params, body }, { actor }) =>
    withdraw(parts, actor, params.requestId, body.reason),
  ),
  serve(routes.runContainment, ({ params, body }, { actor }) =>
    runRequest(parts, actor, params.requestId, body.confirmation),
  ),
  serve(routes.liftContainment, ({ params, body }, { actor }) =>
    liftRequest(parts, actor, params.requestId, body.reason),
  ),
  serve(routes.getContainmentSetting, ({ params }, { actor }) => getSetting(parts, actor, params.accountId)),
  serve(routes.putContainmentSetting, ({ params, body }, { actor }) =>
    putSetting(parts, actor, params.accountId, body),
  ),
  serve(routes.listStandingConsents, async ({ params }, { actor }) => ({
    items: await listStanding(parts.platform, actor, params.accountId),
  })),
  serve(routes.createStandingConsent, ({ params, body }, { actor }) =>
    createStanding(parts, actor, params.accountId, body),
  ),
  serve(routes.endStandingConsent, ({ params, body }, { actor }) =>
    stopStanding(parts.platform, actor, params, body.reason),
  ),
  serve(routes.lookAtConsent, ({ body }) => lookAtConsent(parts, body.secret)),
  serve(routes.sendConsentCode, ({ body }) => sendCode(parts, body.secret)),
  serve(routes.answerConsent, ({ body }) => answerConsent(parts, body)),
];
