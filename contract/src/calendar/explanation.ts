import { type Day, type Deadline, type DeadlineStep, isBusinessKind } from '../calendar.ts';
import type { Language } from '../language.ts';
import { timeZone } from '../message.ts';
import { phrase } from '../phrase.ts';

/** The name of a day's holiday, in the reader's language. */
export const nameOfDay = (language: Language, day: Pick<Day, 'name'>): string | undefined => day.name?.[language];

/** What a day is, in a few words: 「祝日（振替休日）」, `closed by the provider (stocktaking)`. */
export const explainDay = (language: Language, { kind, weekday, name, reason }: Day): string =>
  phrase(language, `dayKind.${kind}`, {
    weekday: String(weekday),
    name: name?.[language] ?? '',
    reason: reason?.replace(/\s+/g, ' ') ?? '',
  });

// No `Temporal` here: the console says the same sentences, in browsers that may not have it.
const hourAndMinute = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short', timeZone });
/** A time of day in Japan. */
const clock = (instant: string): string => hourAndMinute.format(new Date(instant));

/** Why a step of a deadline is what it is: one sentence, without the date. */
export function explainStep(language: Language, deadline: Deadline, step: DeadlineStep): string {
  const facts = {
    what: explainDay(language, step),
    isBusiness: String(isBusinessKind(step.kind)),
    isWorking: String(step.kind === 'working'),
    count: step.count ?? 0,
    opens: clock(deadline.acceptedAt),
    closes: clock(deadline.dueAt),
    rule: deadline.rule.replaceAll('-', '_'),
  };
  return phrase(language, `deadlineStep.${step.role}`, facts);
}

/** Every step with its sentence, for people. */
export const explainDeadline = (
  language: Language,
  deadline: Deadline,
): { readonly step: DeadlineStep; readonly text: string }[] =>
  deadline.explanation.map((step) => ({ step, text: explainStep(language, deadline, step) }));
