import { z } from 'zod';
import { Change, ChangeKindName, changeStates, NewChange } from '../change.ts';
import { Id, NoteText } from '../primitives.ts';
import { route } from '../route.ts';

const ChangeParams = z.object({ changeId: Id });
const deedErrors = ['not_found', 'wrong_state'] as const;

export const listChanges = route({
  needs: 'change.read',
  method: 'GET',
  path: '/changes',
  summary: 'Configuration changes, the newest 200',
  query: z.object({
    accountId: Id.optional(),
    ticketId: Id.optional(),
    kind: ChangeKindName.optional(),
    state: z.enum([...changeStates, 'open', 'all']).default('all'),
  }),
  reply: z.object({ items: z.array(Change).max(200) }),
});
export const getChange = route({
  needs: 'change.read',
  method: 'GET',
  path: '/changes/{changeId}',
  summary: 'One configuration change with its difference, effect, hosts and history (S54)',
  params: ChangeParams,
  reply: Change,
  errors: ['not_found'],
});
export const createChange = route({
  needs: 'change.write',
  method: 'POST',
  path: '/accounts/{accountId}/changes',
  summary: 'Ask for a configuration change: checked, compared and counted; nothing is changed (S54, S61)',
  params: z.object({ accountId: Id }),
  body: NewChange,
  reply: Change,
  errors: ['not_found', 'malformed', 'wrong_state', 'change_empty', 'backend_refused', 'not_in_plan', 'quote_needed'],
});
export const previewChange = route({
  needs: 'change.write',
  method: 'POST',
  path: '/changes/{changeId}/preview',
  summary: 'Compare and count again; an approval that was given before is void',
  params: ChangeParams,
  reply: Change,
  errors: [...deedErrors, 'malformed', 'change_empty', 'backend_refused'],
});
export const approveChange = route({
  needs: 'change.approve',
  method: 'POST',
  path: '/changes/{changeId}/approve',
  summary: 'Approve a change as it was looked at; a second person, or alone with a reason',
  params: ChangeParams,
  body: z.object({ reason: NoteText.optional() }),
  reply: Change,
  errors: [...deedErrors, 'second_person_needed', 'reason_alone_needed'],
});
export const withdrawChange = route({
  needs: 'change.write',
  method: 'POST',
  path: '/changes/{changeId}/withdraw',
  summary: 'Give up a change that is not applied',
  params: ChangeParams,
  body: z.object({ reason: NoteText }),
  reply: Change,
  errors: deedErrors,
});
export const applyChange = route({
  needs: 'change.write',
  method: 'POST',
  path: '/changes/{changeId}/apply',
  summary: 'Apply an approved change where nobody has changed the same meanwhile, and watch the hosts follow',
  params: ChangeParams,
  reply: Change,
  errors: [...deedErrors, 'change_outdated', 'backend_refused'],
});
export const revertChange = route({
  needs: 'change.write',
  method: 'POST',
  path: '/changes/{changeId}/revert',
  summary: 'Put back what was before, unless somebody has changed it since (S54)',
  params: ChangeParams,
  body: z.object({ reason: NoteText }),
  reply: Change,
  errors: [...deedErrors, 'change_conflict', 'backend_refused'],
});
