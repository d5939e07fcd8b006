import { z } from 'zod';
import { Case, CaseClosing, CaseDetail, CaseNote, caseStates, NewCase } from '../case.ts';
import { Id, NoteText, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';
import { Severity } from '../severity.ts';

const CaseParams = z.object({ caseId: Id });
const Note = z.object({ note: NoteText.optional() });

export const listCases = route({
  needs: 'case.read',
  method: 'GET',
  path: '/cases',
  summary: 'Cases of all accounts that the caller may see, newest first',
  query: PageQuery.extend({
    accountId: Id.optional(),
    state: z.enum([...caseStates, 'unclosed', 'unacknowledged']).default('unclosed'),
    mine: z.enum(['true', 'false']).default('false'),
    /** The one of this number, whatever its state. */
    number: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
    alertId: Id.optional(),
  }),
  reply: pageOf(Case),
});
export const getCase = route({
  needs: 'case.read',
  method: 'GET',
  path: '/cases/{caseId}',
  summary: 'One case with its alerts and its timeline; a customer is shown what was written for them',
  params: CaseParams,
  reply: CaseDetail,
  errors: ['not_found'],
});
export const openCaseByHand = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases',
  summary: 'Open a case for alerts of an account',
  body: NewCase,
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const acknowledgeCase = route({
  needs: 'case.answer',
  method: 'POST',
  path: '/cases/{caseId}/acknowledge',
  summary: 'Take a case: no further level is called',
  params: CaseParams,
  body: Note,
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const noteCase = route({
  needs: 'case.answer',
  method: 'POST',
  path: '/cases/{caseId}/notes',
  summary: 'Add a note, internal or for the customer; a partner SOC writes internal ones',
  params: CaseParams,
  body: CaseNote,
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const rankCase = route({
  needs: 'case.answer',
  method: 'POST',
  path: '/cases/{caseId}/severity',
  summary: 'Set the severity of a case',
  params: CaseParams,
  body: z.object({ severity: Severity, note: NoteText.optional() }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const moveCase = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/state',
  summary: 'Say whether a case is worked on or waits for the customer; a closed one is open again',
  params: CaseParams,
  body: z.object({ state: z.enum(['working', 'waiting']), note: NoteText.optional() }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const assignCase = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/owner',
  summary: 'Hand a case to a person of the provider',
  params: CaseParams,
  body: z.object({ personId: Id, note: NoteText.optional() }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const closeCase = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/close',
  summary: 'Close a case and its alerts, with the words for the customer',
  params: CaseParams,
  body: CaseClosing,
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const mergeCase = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/merge',
  summary: 'Put all alerts of a case into another one of the same account',
  params: CaseParams,
  body: z.object({ intoId: Id }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const splitCase = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/split',
  summary: 'Put some alerts of a case into a new one',
  params: CaseParams,
  body: z.object({ alertIds: z.array(Id).min(1).max(500) }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
export const undoCaseMove = route({
  needs: 'case.write',
  method: 'POST',
  path: '/cases/{caseId}/moves/{moveId}/undo',
  summary: 'Undo a merge or a split: the alerts go back where they were',
  params: CaseParams.extend({ moveId: Id }),
  reply: CaseDetail,
  errors: ['not_found', 'wrong_state'],
});
