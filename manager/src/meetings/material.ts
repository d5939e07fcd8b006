import { type Actor, type Language, type MaterialFormat, Refusal } from '@sakimori/contract';
import { sha256 } from '../platform/index.ts';
import { printMaterial, storedMonths } from '../reports/index.ts';
import { toDeck } from './deck.ts';
import type { MeetingDesk } from './inviting.ts';
import { writePptx } from './pptx.ts';
import { thing } from './reading.ts';
import { type MeetingRow, selectMeetings } from './store.ts';

const monthsOfMaterial = 3;
const types = {
  pdf: 'application/pdf',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
} as const;

/** The three months up to one; where none is named, up to the month before the meeting's. */
export function monthsUntil(row: Pick<MeetingRow, 'starts_at'>, until: string | undefined): string[] {
  const last = until
    ? Temporal.PlainYearMonth.from(until)
    : row.starts_at
        .toTemporalInstant()
        .toZonedDateTimeISO('Asia/Tokyo')
        .toPlainDate()
        .toPlainYearMonth()
        .subtract({ months: 1 });
  return Array.from({ length: monthsOfMaterial }, (_, at) =>
    last.subtract({ months: monthsOfMaterial - 1 - at }).toString(),
  );
}

/**
 * The material of a meeting: the summary of the period's monthly reports as a PDF or as a presentation to go on with (S96). It is made of the stored reports;
 * a month without one is named, and nothing is made up for it.
 * @throws Refusal `not_found`, `reports_missing`
 */
export async function materialOf(
  desk: MeetingDesk,
  actor: Actor,
  id: string,
  given: { readonly format: MaterialFormat; readonly until?: string | undefined; readonly language: Language },
): Promise<{ name: string; type: string; content: string; sha256: string; months: string[] }> {
  const { format, until, language } = given;
  const { deck, months, madeAt } = await desk.platform.database.for(actor, async (tx) => {
    const [meeting] = await selectMeetings(tx, { id });
    if (!meeting) throw new Refusal('not_found', thing);
    const wanted = monthsUntil(meeting, until);
    const stored = await storedMonths(tx, meeting.tenant_id, wanted);
    const missing = wanted.filter((month) => !stored.has(month));
    if (missing.length > 0) throw new Refusal('reports_missing', { months: missing.join(', ') });
    const reports = wanted.map((month) => stored.get(month)!);
    return {
      deck: toDeck(language, { meeting, reports }),
      ...{ months: wanted, madeAt: reports.at(-1)!.composedAt },
    };
  });
  const content = format === 'pdf' ? await printMaterial(deck, madeAt) : writePptx(deck);
  const name = `review-meeting-${months[0]}-${months.at(-1)}.${format}`;
  return { name, type: types[format], content: content.toString('base64'), sha256: sha256(content), months };
}
