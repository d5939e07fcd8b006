import { type Language, phrase, type Report } from '@sakimori/contract';
import { openingIn } from './identity.ts';
import { monthlyHtml, weeklyHtml } from './mail-html.ts';
import { monthlyText, weeklyText } from './mail-text.ts';
import { printable } from './printable.ts';
import { shortPeriod } from './wording.ts';

export type Letter = { readonly subject: string; readonly text: string; readonly html: string };

/** The mail of a report: the weekly one tells everything, the monthly one carries the PDF and tells the summary. */
export function toLetter(language: Language, report: Report): Letter {
  const customer = printable(report.customerName);
  const parts = {
    language,
    report,
    greeting: phrase(language, 'mail.dear', { customer }),
    opening: openingIn(language, report),
  };
  const weekly = report.kind === 'weekly';
  return {
    subject: phrase(language, `report.subject.${report.kind}`, {
      customer,
      period: shortPeriod(language, report),
      total: report.total,
    }),
    text: weekly ? weeklyText(parts) : monthlyText(parts),
    html: weekly ? weeklyHtml(parts) : monthlyHtml(parts),
  };
}
