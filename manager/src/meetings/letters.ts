import { type Language, phrase } from '@sakimori/contract';
import { type Composed, type Identity, type Letter, showLine, showText, toHtml, toText } from '../notices/index.ts';
import type { AttendeeRow, MeetingRow, QuestionRow } from './store.ts';
import { spanIn } from './time.ts';

export type InvitationKind = 'invited' | 'changed' | 'cancelled';
type Told = {
  readonly kind: InvitationKind;
  readonly meeting: MeetingRow;
  readonly attendees: readonly AttendeeRow[];
  readonly url: string;
};

export const locationOf = ({ kind, place, url }: Pick<MeetingRow, 'kind' | 'place' | 'url'>): string =>
  (kind === 'visit' ? place : url) ?? '';

/** Lines of what is typed, as a letter lists them. */
const linesOf = (text: string): string[] =>
  showText(text)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** An invitation in words, for whoever's program makes nothing of the calendar file beside it. */
export function invitationLetter(language: Language, from: Identity, told: Told): Composed {
  const { meeting, attendees, kind } = told;
  const say = (key: string, facts = {}) => phrase(language, `meeting.mail.${key}` as never, facts);
  const provider = showLine(from.name(language), 200);
  const when = spanIn(language, meeting.starts_at, meeting.ends_at);
  const people = (side: AttendeeRow['side']) =>
    attendees
      .filter((one) => one.side === side)
      .map(({ name }) => showLine(name, 100))
      .join(say('comma'));
  const rows: (readonly [string, string])[] = [
    [say('when'), when],
    [say('kind'), phrase(language, `meetingKind.${meeting.kind}`)],
    [say(meeting.kind === 'visit' ? 'place' : 'url'), showLine(locationOf(meeting), 2000)],
    [say('customerSide'), people('customer')],
    [say('providerSide'), people('provider')],
    ...(kind === 'cancelled' && meeting.cancel_reason
      ? [[say('cancelReason'), showLine(meeting.cancel_reason, 1000)] as const]
      : []),
  ];
  const agenda = linesOf(meeting.agenda);
  const letter: Letter = {
    ...{ language, tone: kind === 'cancelled' ? 'low' : 'informational', badge: say(`badge.${kind}`) },
    headline: showLine(meeting.title, 200),
    dear: phrase(language, 'mail.dear', { customer: showLine(meeting.customer_name, 200) }),
    intro: say(`intro.${kind}`, { provider }),
    facts: { heading: say('facts'), rows: rows.filter(([, value]) => value !== '') },
    advice:
      agenda.length > 0 && kind !== 'cancelled'
        ? { heading: say('agenda'), rows: agenda }
        : { heading: phrase(language, 'mail.heading.advice'), rows: [say(`advice.${kind}`)] },
    link: { text: say('link'), url: told.url },
    footer: say('footer'),
    signature: [provider, showText(from.signature(language))].filter(Boolean).join('\n'),
  };
  const subject = say(`subject.${kind}`, { title: showLine(meeting.title, 150), when });
  return { subject, text: toText(letter), html: toHtml(letter) };
}

/** The minutes, with what was asked and the tickets that it became. */
export function minutesLetter(
  language: Language,
  from: Identity,
  told: { readonly meeting: MeetingRow; readonly questions: readonly QuestionRow[] },
): Composed {
  const { meeting, questions } = told;
  const say = (key: string, facts = {}) => phrase(language, `meeting.mail.${key}` as never, facts);
  const asked = questions.map(({ number, text }) => `[#${number}] ${showLine(text.replace(/\s+/g, ' '), 300)}`);
  const parts = [
    phrase(language, 'mail.dear', { customer: showLine(meeting.customer_name, 200) }),
    say('minutesIntro', {
      provider: showLine(from.name(language), 200),
      title: showLine(meeting.title, 200),
      when: spanIn(language, meeting.starts_at, meeting.ends_at),
    }),
    `${say('minutesHeading')}\n${showText(meeting.minutes ?? '')}`,
    ...(asked.length > 0 ? [`${say('questionsHeading')}\n${asked.join('\n')}`] : []),
    `-- \n${[showLine(from.name(language), 200), showText(from.signature(language))].filter(Boolean).join('\n')}`,
  ];
  return { subject: say('minutesSubject', { title: showLine(meeting.title, 150) }), text: `${parts.join('\n\n')}\n` };
}

/** That no meeting is planned in a quarter, to the service managers (S91). */
export function reminderLetter(
  language: Language,
  told: {
    readonly account: string;
    readonly from: string;
    readonly to: string;
    readonly lastDay: string;
    readonly held: number;
    readonly perYear: number;
  },
): Composed {
  const facts = { ...told, account: showLine(told.account, 200) };
  return {
    subject: phrase(language, 'meeting.mail.reminderSubject', facts),
    text: `${phrase(language, 'meeting.mail.reminderText', facts)}\n`,
  };
}
