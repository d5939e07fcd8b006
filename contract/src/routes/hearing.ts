import { z } from 'zod';
import { AnswerChange, Hearing, HearingAnswers, HearingDefinition, HearingVersion, NewHearing } from '../hearing.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HearingParams = z.object({ hearingId: Id });
const VersionParams = HearingParams.extend({ number: z.coerce.number().int().min(1).max(100_000) });

export const listHearings = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings',
  summary: 'Hearing sheets that the caller may see, the newest first',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Hearing).max(1000) }),
});
export const createHearing = route({
  needs: 'hearing.manage',
  method: 'POST',
  path: '/hearings',
  summary: 'Begin the hearing sheet of an account, or of a customer who has none yet',
  body: NewHearing,
  reply: Hearing,
  errors: ['not_found', 'already_exists', 'limit_reached'],
});
export const getHearing = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}',
  summary: 'A hearing sheet with its questions, which leave out what is not supported in Japan',
  params: HearingParams,
  reply: Hearing.extend({ questions: HearingDefinition, prefilled: HearingAnswers }),
  errors: ['not_found'],
});
export const getHearingVersion = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/versions/{number}',
  summary: 'The answers of one version, with what is wrong or missing',
  params: VersionParams,
  reply: HearingVersion,
  errors: ['not_found'],
});
export const saveHearing = route({
  needs: 'hearing.write',
  method: 'POST',
  path: '/hearings/{hearingId}/versions',
  summary: 'Save answers as a new version: a draft, or confirmed where nothing is wrong or missing',
  params: HearingParams,
  body: z.object({
    /** The version that was changed; 0 for the first. */
    basedOn: z.number().int().min(0),
    answers: HearingAnswers,
    confirm: z.boolean().default(false),
  }),
  reply: HearingVersion,
  errors: ['not_found', 'version_conflict', 'hearing_incomplete', 'limit_reached'],
});
export const compareHearingVersions = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/changes',
  summary: 'What differs between two versions',
  params: HearingParams,
  query: z.object({ from: z.coerce.number().int().min(0), to: z.coerce.number().int().min(1) }),
  reply: z.object({ items: z.array(AnswerChange).max(50_000) }),
  errors: ['not_found'],
});
