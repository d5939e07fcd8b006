/** Containment (S75): sources that are blocked on hosts for a time, what is never blocked, and proposals that people decide about. */
import { routes } from '@sakimori/contract';
import { type ContainmentGate, openGate } from '../hosts/index.ts';
import { type Platform, type Room, serve } from '../platform/index.ts';
import {
  acceptProposal,
  blockSource,
  declineProposal,
  getSetting,
  listProposals,
  putSetting,
  unblockSource,
} from './containment.ts';
import { type TellingParts, tellProposals } from './tell.ts';

export { managerAddresses, namedAddresses } from './allow-list.ts';
export { blockFacts, checkProposal, settingOf, settleProposal } from './containment.ts';
export { Proposer } from './proposer.ts';
export { selectServing, selectSources } from './store.ts';
export { type TellingParts, tellProposals } from './tell.ts';

const tellEveryMs = 5000;

/**
 * @param gate asked before anything is blocked or lifted by hand
 * @param telling absent: nobody is told of proposals
 */
export const containmentRoom = (
  platform: Platform,
  gate: ContainmentGate = openGate,
  telling?: TellingParts,
): Room => ({
  name: 'containment',
  ...(telling
    ? { ticks: [{ name: 'containment.tell', everyMs: tellEveryMs, run: () => tellProposals(telling) }] }
    : {}),
  routes: [
    serve(routes.getSourceBlocking, ({ params }, { actor }) => getSetting(platform, actor, params.accountId)),
    serve(routes.putSourceBlocking, ({ params, body }, { actor }) =>
      putSetting(platform, actor, params.accountId, body),
    ),
    serve(routes.blockSource, ({ params, body }, { actor }) => blockSource(platform, actor, params.hostId, body, gate)),
    serve(routes.unblockSource, ({ params, body }, { actor }) =>
      unblockSource(platform, actor, params.hostId, body, gate),
    ),
    serve(routes.listBlockProposals, async ({ query }, { actor }) => ({
      items: await listProposals(platform, actor, query),
    })),
    serve(routes.acceptBlockProposal, ({ params, body }, { actor }) =>
      acceptProposal(platform, actor, params.proposalId, body, gate),
    ),
    serve(routes.declineBlockProposal, ({ params, body }, { actor }) =>
      declineProposal(platform, actor, params.proposalId, body.reason),
    ),
  ],
});
