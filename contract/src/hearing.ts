import { z } from 'zod';
import type { Plan } from './account.ts';
import { Id, Instant, ShortText } from './primitives.ts';

/**
 * The **hearing sheet** (ヒアリングシート, S35): what a customer tells before the service begins, as data. A definition says what is asked, a version
 * holds what was answered, and every answer has a place in the workbook, so that each setting shows the cell that it came from (S44).
 */
const TwoTexts = z.strictObject({ ja: z.string().trim().min(1).max(2000), en: z.string().trim().min(1).max(2000) });
const Key = z.string().regex(/^[a-z][a-zA-Z0-9]{0,40}$/, 'a word such as mountPaths');

/** `lines`, `paths` and `addresses` are lists, one entry a line. */
export const questionTypes = [
  ...['text', 'lines', 'kana', 'mail', 'phone', 'number', 'date', 'time', 'choice', 'address', 'host', 'path'],
  ...['paths', 'ports', 'sources', 'addresses'],
] as const;
export type QuestionType = (typeof questionTypes)[number];

export const HearingQuestion = z.strictObject({
  key: Key,
  label: TwoTexts,
  hint: TwoTexts.optional(),
  type: z.enum(questionTypes),
  required: z.boolean().optional(),
  /** What a sheet is prefilled with where nothing is known. */
  default: z.string().max(500).optional(),
  choices: z
    .array(z.strictObject({ value: z.string().min(1).max(60), label: TwoTexts }))
    .min(1)
    .max(60)
    .optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  lengthMax: z.number().int().min(1).max(10_000).optional(),
  /** The function of Workload Security that it is about: where the region does not have that, nobody is asked (S16). */
  function: Key.optional(),
});
export type HearingQuestion = z.infer<typeof HearingQuestion>;

export const HearingSection = z.strictObject({
  key: Key,
  /** `form`: one answer a question. `table`: one row a server, a contact, a port. */
  kind: z.enum(['form', 'table']),
  title: TwoTexts,
  lead: TwoTexts,
  /** What has to be known before it is filled in (S22, S24). */
  cautions: z.array(TwoTexts).max(10).optional(),
  rowsMax: z.number().int().min(1).max(1000).optional(),
  rowsMin: z.number().int().min(0).max(1000).optional(),
  questions: z.array(HearingQuestion).min(1).max(40),
});
export type HearingSection = z.infer<typeof HearingSection>;

/** A function of Workload Security, and whether it is supported in Japan (S16). */
export const WorkloadFunction = z.strictObject({
  id: Key,
  name: TwoTexts,
  supportedInJapan: z.boolean(),
  note: TwoTexts.optional(),
});
export type WorkloadFunction = z.infer<typeof WorkloadFunction>;

/** `rules/hearing/<id>.json`. A sheet keeps the definition with which it began. */
export const HearingDefinition = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,30}$/),
  title: TwoTexts,
  instructions: z.array(TwoTexts).min(1).max(30),
  sections: z.array(HearingSection).min(1).max(25),
});
export type HearingDefinition = z.infer<typeof HearingDefinition>;

const Cells = z.record(Key, z.string().max(10_000));
export const HearingRow = z.object({ id: z.string().regex(/^[a-z0-9]{1,20}$/), cells: Cells });
export type HearingRow = z.infer<typeof HearingRow>;

/** Every answer is a text in one spelling: `2026-12-01`, `22:00`, `8`, the value of a choice. What was not answered is not there. */
export const HearingAnswers = z.object({
  forms: z.record(Key, Cells),
  tables: z.record(Key, z.array(HearingRow).max(1000)),
});
export type HearingAnswers = z.infer<typeof HearingAnswers>;

/** Where an answer stands: section, question, and the row of a table. */
export const AnswerPath = z.object({ section: Key, question: Key.optional(), row: z.string().max(20).optional() });
export type AnswerPath = z.infer<typeof AnswerPath>;
export const pathText = ({ section, question, row }: AnswerPath): string =>
  [section, row, question].filter((part) => part !== undefined).join('/');

export const CellPlace = z.object({ sheet: z.string().max(100), cell: z.string().max(12) });
export type CellPlace = z.infer<typeof CellPlace>;
/** By the text of an answer’s path. */
export type CellPlaces = Readonly<Record<string, CellPlace>>;

export const hearingFaultCodes = [
  ...['required', 'rowsMissing', 'rowsTooMany', 'unknownChoice', 'number', 'numberRange', 'date', 'time', 'mail'],
  ...['phone', 'kana', 'address', 'host', 'path', 'ports', 'source', 'tooLong', 'formula', 'errorValue', 'duplicate'],
  ...['noSheet', 'noColumn', 'noQuestion', 'sheetTwice', 'noAlertRecipient', 'tapAndPrevent', 'mounts', 'manyFiles'],
  ...['orderCustomer', 'orderPlan', 'orderNodes', 'orderServers', 'orderStart', 'serverPlan', 'otherCustomer'],
] as const;
export type HearingFaultCode = (typeof hearingFaultCodes)[number];

/** `error`: it cannot be read or be right. `missing`: it is yet to be answered. `caution`: it may be so, and somebody has to know. */
export const HearingFault = z.object({
  code: z.enum(hearingFaultCodes),
  level: z.enum(['error', 'missing', 'caution']),
  path: AnswerPath.optional(),
  place: CellPlace.optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type HearingFault = z.infer<typeof HearingFault>;

/** What an order says of the same things (S35): a hearing sheet must not contradict it. */
export type HearingOrder = {
  readonly customerName?: string | undefined;
  readonly plan?: Plan | undefined;
  readonly nodes?: number | undefined;
  readonly startsOn?: string | undefined;
  readonly servers?: readonly string[] | undefined;
};

export const HearingFile = z.object({
  name: z.string(),
  sha256: z.string(),
  bytes: z.number().int(),
  uploadedAt: Instant,
  uploadedBy: z.string(),
});

/** A version never changes. `confirmed`: nothing was missing, and somebody said that it is so. */
export const HearingVersionHead = z.object({
  number: z.number().int().min(1),
  state: z.enum(['draft', 'confirmed']),
  source: z.enum(['form', 'file']),
  createdAt: Instant,
  createdBy: z.string(),
  appliedAt: Instant.optional(),
  appliedBy: z.string().optional(),
  file: HearingFile.optional(),
});
export type HearingVersionHead = z.infer<typeof HearingVersionHead>;
export const HearingVersion = HearingVersionHead.extend({
  answers: HearingAnswers,
  places: z.record(z.string(), CellPlace),
  faults: z.array(HearingFault).max(1000),
});
export type HearingVersion = z.infer<typeof HearingVersion>;

export const Hearing = z.object({
  id: Id,
  /** Absent until the account is issued. */
  accountId: Id.optional(),
  customerName: z.string(),
  /** Id of the definition. */
  definition: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  /** The newest first. */
  versions: z.array(HearingVersionHead).max(500),
});
export type Hearing = z.infer<typeof Hearing>;

/** Either for an account that is there, or for a customer who has none yet. */
export const NewHearing = z
  .object({ accountId: Id.optional(), customerName: ShortText.optional() })
  .refine(
    ({ accountId, customerName }) => (accountId === undefined) !== (customerName === undefined),
    'give either accountId or customerName',
  );

/** One difference between two versions. */
export const AnswerChange = z.object({
  path: AnswerPath,
  before: z.string().optional(),
  after: z.string().optional(),
  place: CellPlace.optional(),
});
export type AnswerChange = z.infer<typeof AnswerChange>;

export const settingStates = ['same', 'differs'] as const;
/** A setting that follows from the sheet: what the sheet asks for, from which cell, and what stands in the account (S44). */
export const SheetSetting = z.object({
  /** `policy:antiMalware.state`, `server:web-01`. */
  id: z.string(),
  area: z.string(),
  name: z.object({ ja: z.string(), en: z.string() }),
  wanted: z.object({ ja: z.string(), en: z.string() }),
  live: z.object({ ja: z.string(), en: z.string() }),
  state: z.enum(settingStates),
  path: AnswerPath,
  place: CellPlace.optional(),
});
export type SheetSetting = z.infer<typeof SheetSetting>;

export const SheetComparison = z.object({
  hearingId: Id,
  accountId: Id,
  accountName: z.string(),
  number: z.number().int(),
  comparedAt: Instant,
  differences: z.number().int(),
  items: z.array(SheetSetting).max(10_000),
});
export type SheetComparison = z.infer<typeof SheetComparison>;

export const hearingFileBytesMax = 4 * 1024 * 1024;
