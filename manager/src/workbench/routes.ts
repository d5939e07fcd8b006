import { routes } from '@sakimori/contract';
import { checkAccount } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import { type Bench, changeDraft, checkText, createDraft, getDraft, toDraft } from './drafts.ts';
import { listTargets, promoteDraft, stageDraft, withdrawDraft } from './placing.ts';
import { selectDrafts } from './store.ts';
import { tryDraft } from './trials.ts';

export const workbenchRoutes = (bench: Bench): BoundRoute[] => {
  const { database } = bench.platform;
  return [
    serve(routes.listRuleDrafts, ({ query }, { actor }) =>
      database.for(actor, async (tx) => ({ items: (await selectDrafts(tx, query)).map(toDraft) })),
    ),
    serve(routes.getRuleDraft, ({ params }, { actor }) => getDraft(bench, actor, params.draftId)),
    serve(routes.createRuleDraft, ({ params, body }, { actor }) => createDraft(bench, actor, params.accountId, body)),
    serve(routes.changeRuleDraft, ({ params, body }, { actor }) => changeDraft(bench, actor, params.draftId, body)),
    serve(routes.checkRuleDraft, async ({ params, body }, { actor }) => {
      await database.for(actor, (tx) => checkAccount(tx, params.accountId));
      return checkText(bench, params.accountId, { draft: body });
    }),
    serve(routes.tryRuleDraft, ({ params, body }, { actor }) => tryDraft(bench, actor, params.draftId, body)),
    serve(routes.listRuleTargets, async ({ params }, { actor }) => ({
      items: await listTargets(bench, actor, params.draftId),
    })),
    serve(routes.stageRuleDraft, ({ params, body }, { actor }) => stageDraft(bench, actor, params.draftId, body)),
    serve(routes.promoteRuleDraft, ({ params, body }, { actor }) => promoteDraft(bench, actor, params.draftId, body)),
    serve(routes.withdrawRuleDraft, ({ params, body }, { actor }) =>
      withdrawDraft(bench, actor, params.draftId, body.reason),
    ),
  ];
};
