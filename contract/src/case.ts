import { z } from 'zod';
import { Alert, closings } from './alert.ts';
import { headlineIn, matterOfAlert } from './headline.ts';
import type { Language } from './language.ts';
import { hasPhrase, phrase } from './phrase.ts';
import { Id, Instant, NoteText, ShortText } from './primitives.ts';
import { Severity } from './severity.ts';

/** `open`: nobody has taken it. `waiting`: for the customer's word. `merged`: its alerts are in another case. */
export const caseStates = ['open', 'working', 'waiting', 'closed', 'merged'] as const;
export type CaseState = (typeof caseStates)[number];

/** Who an entry is for. What is written for the customer is kept apart from what is not: two tables, two types. */
export const caseAudiences = ['internal', 'customer'] as const;
export type CaseAudience = (typeof caseAudiences)[number];

/** What can be in a timeline. Each has its phrase `case.entry.<kind>` over its values; `note` is a text and nothing else. */
export const caseEntryKinds = [
  'opened',
  'alerts_added',
  'acknowledged',
  'note',
  'state',
  'owner',
  'severity',
  'closed',
  'reopened',
  'merged',
  'merged_here',
  'split',
  'split_off',
  'move_undone',
  'escalated',
  'unanswered',
  'soc_told',
  'soc_failed',
  'containment',
  'containment_answer',
] as const;
export type CaseEntryKind = (typeof caseEntryKinds)[number];

const Values = z.record(z.string().max(50), z.union([z.string().max(500), z.number(), z.boolean()]));

export const CaseEntry = z.object({
  id: Id,
  at: Instant,
  kind: z.enum(caseEntryKinds),
  audience: z.enum(caseAudiences),
  /** Name of the person, or `system`. */
  by: z.string().max(200),
  /** The partner SOC whose word it is. */
  soc: z.string().max(200).optional(),
  text: z.string().max(4000).optional(),
  values: Values,
});
export type CaseEntry = z.infer<typeof CaseEntry>;

/**
 * A **case** (インシデント): what the provider and its partner SOC work together for an account whose plan has its alerts handled round the clock
 * (S72; clause 7(8)). It holds alerts that belong together, who has it, and what was done.
 */
export const Case = z.object({
  id: Id,
  /** Counts over all accounts, for people to say. */
  number: z.number().int(),
  accountId: Id,
  accountName: z.string().max(200),
  /** Typed by a person; else the first alert is the title. */
  title: z.string().max(200).optional(),
  /** The most severe alert, the earliest of those. */
  lead: Alert.optional(),
  alertCount: z.number().int(),
  state: z.enum(caseStates),
  severity: Severity,
  owner: z.object({ id: z.string().max(64), name: z.string().max(200) }).optional(),
  /** The partner SOC that the contract covers the account with. */
  soc: z.object({ id: Id, name: z.string().max(200) }).optional(),
  openedAt: Instant,
  acknowledgedAt: Instant.optional(),
  acknowledgedBy: z.string().max(200).optional(),
  closedAt: Instant.optional(),
  closing: z.enum(closings).optional(),
  mergedInto: Id.optional(),
  /** To which level it has been called, and when the next one is called unless somebody acknowledges it. */
  level: z.number().int(),
  nextLevelAt: Instant.optional(),
});
export type Case = z.infer<typeof Case>;

/** A merge or split that can be undone, newest first. */
export const CaseMove = z.object({
  id: Id,
  kind: z.enum(['merge', 'split']),
  fromId: Id,
  fromNumber: z.number().int(),
  toId: Id,
  toNumber: z.number().int(),
  alertCount: z.number().int(),
  at: Instant,
  by: z.string().max(200),
});
export type CaseMove = z.infer<typeof CaseMove>;

export const CaseDetail = Case.extend({
  alerts: z.array(Alert).max(500),
  timeline: z.array(CaseEntry).max(1000),
  moves: z.array(CaseMove).max(50),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

export const NewCase = z.object({ accountId: Id, alertIds: z.array(Id).min(1).max(500), title: ShortText.optional() });
export const CaseNote = z.object({ audience: z.enum(caseAudiences).default('internal'), text: NoteText });
export const CaseClosing = z.object({
  closing: z.enum(closings).exclude(['resolved']),
  /** What was done, in the words that the customer and the monthly report get. */
  customerText: NoteText,
  note: NoteText.optional(),
});

/** What a case is called in the reader's language. */
export const caseTitle = (
  language: Language,
  { title, lead, number }: Pick<Case, 'title' | 'lead' | 'number'>,
): string =>
  title ?? (lead ? headlineIn(language, matterOfAlert(lead)) : phrase(language, 'case.numbered', { number }));

/** An entry of the timeline as a sentence; of a note, its text. */
export function caseEntryText(
  language: Language,
  { kind, values, text }: Pick<CaseEntry, 'kind' | 'values' | 'text'>,
): string {
  if (kind === 'note') return text ?? '';
  const worded = Object.entries(values).map(([name, value]) => {
    const key = `${name}.${value}`;
    return [name, hasPhrase(key) ? phrase(language, key) : value];
  });
  // What has a name of its own in both languages carries both, for whoever reads it later.
  const playbook = values[language === 'ja' ? 'playbookJa' : 'playbookEn'] ?? '–';
  const sentence = phrase(language, `case.entry.${kind}`, { playbook, ...Object.fromEntries(worded) });
  return text ? phrase(language, 'case.entry.withText', { sentence, text }) : sentence;
}
