import { type Language, phrase, type Report } from '@sakimori/contract';
import { type Composed, type Letter, showInstant, toHtml, toText } from '../notices/index.ts';
import { openingIn, providerLines, providerNameIn } from './identity.ts';
import { printable } from './printable.ts';
import { shortPeriod } from './wording.ts';

/** The letter that has a link where the document would be attached. The figures stand in the document alone. */
export function composeLinkLetter(
  language: Language,
  report: Report,
  file: { readonly url: string; readonly expiresAt: string; readonly sha256: string; readonly sizeBytes: number },
  cause: 'sent' | 'resent' | 'too_large',
): Composed {
  const customer = printable(report.customerName);
  const period = shortPeriod(language, report);
  const say = (key: Parameters<typeof phrase>[1], facts = {}) => phrase(language, key, facts);
  const letter: Letter = {
    ...{ language, tone: 'informational', badge: say(`report.title.${report.kind}`) },
    headline: `${say(`report.title.${report.kind}`)} ${period}`,
    dear: say('mail.dear', { customer }),
    intro: report.reporter?.party === 'soc' ? openingIn(language, report) : say('report.link.opening', { period }),
    facts: {
      heading: say('report.link.heading'),
      rows: [
        [say('report.column.period'), period],
        [say('report.link.expires'), showInstant(language, file.expiresAt)],
        [say('report.link.size'), say('report.link.sizeValue', { kilobytes: Math.ceil(file.sizeBytes / 1024) })],
        [say('report.link.sha256'), file.sha256],
      ],
    },
    advice: {
      heading: say('report.link.noteHeading'),
      rows: [...(cause === 'too_large' ? [say('report.link.tooLarge')] : []), say('report.link.note')],
    },
    link: { text: say('report.link.open'), url: file.url },
    footer: say('report.link.footer'),
    signature: [providerNameIn(language, report), ...providerLines(language, report)].join('\n'),
  };
  return {
    subject: say(`report.subject.${report.kind}`, { customer, period, total: report.total }),
    text: toText(letter),
    html: toHtml(letter),
  };
}
