import { z } from 'zod';
import {
  AnswerChange,
  Hearing,
  HearingAnswers,
  HearingDefinition,
  HearingFault,
  HearingVersion,
  hearingFileBytesMax,
  NewHearing,
  SheetComparison,
} from '../hearing.ts';
import { Language } from '../language.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HearingParams = z.object({ hearingId: Id });
const VersionParams = HearingParams.extend({ number: z.coerce.number().int().min(1).max(100_000) });
const FileReply = z.object({ name: z.string(), type: z.string(), /** Base64. */ content: z.string() });

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
  errors: ['not_found', 'version_conflict', 'hearing_incomplete', 'unsupported_in_region', 'limit_reached'],
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
export const exportHearing = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/file',
  summary: 'The sheet as a workbook to be filled in, with what is known',
  params: HearingParams,
  query: z.object({ language: Language.default('ja') }),
  reply: FileReply,
  errors: ['not_found'],
});
export const importHearing = route({
  needs: 'hearing.write',
  method: 'POST',
  path: '/hearings/{hearingId}/file',
  summary: 'Take a workbook that was filled in; with a cell that is wrong nothing is stored',
  params: HearingParams,
  body: z.object({ name: z.string().trim().min(1).max(200), /** Base64. */ content: z.base64().max(6_000_000) }),
  reply: z.object({
    /** `duplicate`: the very same file is there already. */
    outcome: z.enum(['imported', 'duplicate', 'refused']),
    version: HearingVersion.optional(),
    faults: z.array(HearingFault).max(1000),
  }),
  errors: ['not_found', 'workbook_refused', 'limit_reached', 'too_large'],
  bodyBytesMax: Math.ceil((hearingFileBytesMax * 4) / 3) + 4096,
});
export const getHearingOriginal = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/versions/{number}/file',
  summary: 'The file as it was uploaded, byte for byte',
  params: VersionParams,
  reply: FileReply,
  errors: ['not_found'],
});
export const compareHearing = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/versions/{number}/settings',
  summary: 'Every setting that follows from the sheet, its cell, and what stands in the account',
  params: VersionParams,
  reply: SheetComparison,
  errors: ['not_found', 'hearing_incomplete', 'no_account_yet'],
});
export const applyHearing = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/hearings/{hearingId}/versions/{number}/apply',
  summary: 'Put the settings of a confirmed version into force',
  params: VersionParams,
  reply: SheetComparison.extend({ changed: z.number().int() }),
  errors: ['not_found', 'hearing_incomplete', 'no_account_yet', 'malformed', 'wrong_state'],
});
export const printHearing = route({
  needs: 'hearing.read',
  method: 'GET',
  path: '/hearings/{hearingId}/versions/{number}/settings/file',
  summary: 'The list of settings as built, against the sheet',
  params: VersionParams,
  query: z.object({ language: Language.default('ja') }),
  reply: FileReply,
  errors: ['not_found', 'hearing_incomplete', 'no_account_yet'],
});
