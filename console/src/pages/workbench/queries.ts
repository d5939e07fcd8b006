import { type RuleDraftDetail, routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const draftsQuery = (accountId?: string) =>
  ask(['workbench', 'list', accountId], routes.listRuleDrafts, { query: { accountId } });
export const draftQuery = (draftId: string) =>
  ask(['workbench', draftId], routes.getRuleDraft, { params: { draftId } });
export const targetsQuery = (draftId: string) =>
  ask(['workbench', draftId, 'targets'], routes.listRuleTargets, { params: { draftId } });
export const consultingQuery = (accountId: string) =>
  ask(['tickets', 'consulting', accountId], routes.listTickets, {
    query: { accountId, kind: 'consulting', state: 'all' },
  });

/** Shows a draft as an answer has it. */
export const showDraft = async (draft: RuleDraftDetail): Promise<void> => {
  queryClient.setQueryData(draftQuery(draft.id).queryKey, draft);
  await queryClient.invalidateQueries({ queryKey: ['workbench', 'list'] });
};
export const refreshDraft = (draftId: string) => queryClient.invalidateQueries({ queryKey: ['workbench', draftId] });
