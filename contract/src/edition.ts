import { z } from 'zod';
import { Plan, plans } from './account.ts';
import type { Language } from './language.ts';
import { Module, modules } from './module.ts';
import { Severity } from './severity.ts';

/** What the service consists of, as routes and jobs ask for it. A contract's edition says of each what a plan grants (S26–S33). */
export const features = [
  'license.setup',
  'basic.setup',
  'basic.processMonitoring',
  'basic.licenseRenewal',
  'basic.helpdesk',
  'change.policy',
  'change.recipients',
  'change.mode',
  'change.exclusion',
  'change.schedule',
  'change.agentUpdate',
  'alert.mail',
  'alert.response',
  'report.weekly',
  'report.monthly',
  'report.meeting',
  'consulting.tuning',
] as const;
export const Feature = z.enum(features);
export type Feature = z.infer<typeof Feature>;

/** The four marks of the plan table: ○, ◎, × and 有償. */
export const planMarks = ['included', 'full', 'none', 'paid'] as const;
export const PlanMark = z.enum(planMarks);
export type PlanMark = z.infer<typeof PlanMark>;

const TwoTexts = z.strictObject({ ja: z.string().trim().min(1).max(4000), en: z.string().trim().min(1).max(4000) });
/** A text of an edition in both languages. */
export type TwoTexts = z.infer<typeof TwoTexts>;

/** `7(4)`, or `4(2)-5` for the fifth item below it. */
export const ClauseNumber = z.string().regex(/^\d{1,2}(\(\d{1,2}\))?(-\d{1,2})?$/, 'a clause such as 7(4) or 4(2)-5');
const ReadingId = z.string().regex(/^Q\d{1,3}$/, 'a reading such as Q1');
export const EditionId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,30}$/, 'small letters, digits, dots and hyphens');

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time of day from 00:00 to 24:00');
const MonthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a day of the year such as 12-30');
const Word = z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,60}$/, 'a word');

/** Where it stands in the specification, and how an unclear place is read. */
const standing = { clause: ClauseNumber, reading: ReadingId.optional() };
const forEachPlan = <T extends z.ZodType>(value: T) =>
  z.strictObject({ standard: value, advanced: value, highend: value });

const Cell = z.strictObject({ mark: PlanMark, note: TwoTexts.optional() });
const Row = z.strictObject({
  id: Word,
  category: TwoTexts,
  /** The lines of the cell that names the service. */
  service: z.array(TwoTexts).min(1).max(20),
  cells: forEachPlan(Cell),
});
/** What is granted comes from a row of the table, or stands here for what the table does not name. */
const FeatureEntry = z.strictObject({
  name: TwoTexts,
  clause: ClauseNumber,
  row: Word.optional(),
  grants: forEachPlan(PlanMark).optional(),
  /** Where a plan has a clause of its own. */
  clauses: z.partialRecord(Plan, ClauseNumber).optional(),
});

const Hours = z.strictObject({
  days: z.enum(['business', 'all']),
  from: TimeOfDay,
  to: TimeOfDay,
  clause: ClauseNumber,
});
const Reception = z.strictObject({
  hours: Word,
  channels: z
    .array(z.enum(['phone', 'mail', 'portal']))
    .min(1)
    .max(3),
  ...standing,
});
const Deadline = z.strictObject({
  amount: z.number().int().min(1).max(400),
  unit: z.enum(['businessDays', 'days']),
  /** `after`: the first day is not counted; `from`: it is day 1; `before`: counted backwards. */
  counting: z.enum(['after', 'from', 'before']),
  of: z.enum(['reception', 'periodEnd', 'nextMonthStart', 'meeting']),
  ...standing,
});
const Response = z.discriminatedUnion('handling', [
  z.strictObject({ handling: z.literal('none'), ...standing }),
  z.strictObject({
    handling: z.literal('review'),
    hours: Word,
    reviewed: z
      .array(z.enum([...modules, 'system']))
      .min(1)
      .max(7),
    excluded: z
      .array(z.strictObject({ id: Word, text: TwoTexts, minutesMax: z.number().int().min(1).max(1440).optional() }))
      .max(50),
    ...standing,
  }),
  z.strictObject({
    handling: z.literal('soc'),
    hours: Word,
    playbooks: z
      .array(z.strictObject({ id: Word, when: TwoTexts, action: TwoTexts, reading: ReadingId.optional() }))
      .max(100),
    ...standing,
  }),
]);
const ReportSchedule = z.strictObject({
  feature: Feature,
  period: z.enum(['week', 'month']),
  deadline: Word,
  contents: z.array(Word).min(1).max(20),
  channel: z.literal('mail'),
  format: z.enum(['pdf']).optional(),
  sender: z.partialRecord(Plan, z.enum(['provider', 'soc'])),
  ...standing,
});

/**
 * An **edition** (版) of the service specification as data: what each plan grants, hours, deadlines, exclusions, schedules, prerequisites, the
 * clauses with their texts, and how unclear places are read. A contract pins one (S103). `rules/editions/*.json`; `checkEdition` reads a file.
 */
export const Edition = z.strictObject({
  id: EditionId,
  name: TwoTexts,
  title: TwoTexts,
  names: z.record(Word, TwoTexts),
  marks: z.strictObject({ included: TwoTexts, full: TwoTexts, none: TwoTexts, paid: TwoTexts }),
  plans: forEachPlan(TwoTexts),
  table: z.array(Row).min(1).max(100),
  features: z.strictObject(
    Object.fromEntries(features.map((feature) => [feature, FeatureEntry])) as Record<Feature, typeof FeatureEntry>,
  ),
  calendar: z.strictObject({
    timeZone: z.literal('Asia/Tokyo'),
    /** 1 is Monday, 7 is Sunday (ISO 8601). */
    weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
    nationalHolidays: z.boolean(),
    yearEnd: z.strictObject({ from: MonthDay, to: MonthDay }).optional(),
    ...standing,
  }),
  hours: z.record(Word, Hours),
  reception: z.strictObject({ helpdesk: Reception, change: Reception, consulting: Reception }),
  deadlines: z.strictObject({
    firstAnswer: Deadline,
    weeklyReport: Deadline,
    monthlyReport: Deadline,
    meetingNotice: Deadline,
  }),
  monitoring: z.strictObject({ hours: Word, ...standing }),
  response: forEachPlan(Response),
  reports: z.strictObject({ weekly: ReportSchedule, monthly: ReportSchedule }),
  meetings: z.strictObject({
    perYear: z.number().int().min(0).max(366),
    notice: Word,
    freeArea: TwoTexts,
    elsewhere: z.enum(['paid', 'included']),
    video: z.boolean(),
    material: TwoTexts,
    ...standing,
  }),
  prerequisites: z.strictObject({
    basicContract: z.boolean(),
    /** Levels of operation support of which each server needs one. Empty: none is needed. */
    support: z.array(z.enum(['silver', 'gold', 'platinum'])).max(3),
    nodesMin: z.number().int().min(1).max(10_000),
    onePlanPerAccount: z.literal(true),
    clauses: z.strictObject({ support: ClauseNumber, nodes: ClauseNumber, account: ClauseNumber }),
  }),
  scope: z.strictObject({
    modules: z.array(Module).min(1),
    severityMin: Severity,
    recommendedOnly: z.boolean(),
    outOfScope: z.array(z.strictObject({ id: Word, name: TwoTexts, clause: ClauseNumber })).max(50),
    clause: ClauseNumber,
  }),
  cautions: z.array(z.strictObject({ id: Word, text: TwoTexts, clause: ClauseNumber })).max(50),
  flow: z
    .array(z.strictObject({ owner: z.enum(['customer', 'provider']), name: TwoTexts }))
    .min(1)
    .max(20),
  /** What a customer agrees to at the contract (S99–S102). A higher version is asked for again. */
  terms: z.strictObject({
    version: z.number().int().min(1).max(10_000),
    clauses: z.array(ClauseNumber).min(1).max(50),
  }),
  clauses: z.record(ClauseNumber, TwoTexts),
  /** How places of the source that are unclear or contradict each other are read. */
  readings: z
    .array(z.strictObject({ id: ReadingId, clause: ClauseNumber, source: TwoTexts, reading: TwoTexts }))
    .max(200),
  /** What the provider sets itself; no part of a contract (Q11). */
  targets: z
    .array(
      z.strictObject({ id: Word, minutes: z.number().int().min(1).max(100_000), name: TwoTexts, reading: ReadingId }),
    )
    .max(50),
});
export type Edition = z.infer<typeof Edition>;

/** An edition in a list. */
export const EditionSummary = z.object({
  id: EditionId,
  name: z.object({ ja: z.string(), en: z.string() }),
  title: z.object({ ja: z.string(), en: z.string() }),
  /** New contracts are on it where none is named, and accounts without a contract are served by it. */
  isDefault: z.boolean(),
});
export type EditionSummary = z.infer<typeof EditionSummary>;

/** The plan table as it is shown. A category stands once, above all of its rows. */
export type PlanTable = {
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly id: string;
    readonly category: string;
    readonly service: readonly string[];
    readonly cells: readonly string[];
  }[];
};

/** The table of §5 in a language (S26): marks and notes as the edition has them. */
export function planTable(edition: Edition, language: Language): PlanTable {
  return {
    head: plans.map((plan) => edition.plans[plan][language]),
    rows: edition.table.map(({ id, category, service, cells }) => ({
      id,
      category: category[language],
      service: service.map((line) => line[language]),
      cells: plans.map((plan) => {
        const { mark, note } = cells[plan];
        return note ? `${edition.marks[mark][language]} ${note[language]}` : edition.marks[mark][language];
      }),
    })),
  };
}
