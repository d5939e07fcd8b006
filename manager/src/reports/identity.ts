import { contactLines, type Language, nameOfProvider, phrase, type Report } from '@sakimori/contract';
import { printable } from './printable.ts';
import { shortPeriod } from './wording.ts';

/** Who reports, as the report keeps it; of one that was made before there was a profile, the name. */
export const providerNameIn = (language: Language, { provider, providerName }: Report): string =>
  printable(provider ? nameOfProvider(language, provider.profile) : providerName);

/** Address and ways to reach the provider, a line each; none where it has said nothing of itself. */
export const providerLines = (language: Language, { provider }: Report): string[] =>
  provider ? contactLines(language, provider.profile).map(printable) : [];

export const colourOf = ({ provider }: Report): string => provider?.profile.colour ?? '#12304f';

/** The disclaimers, a paragraph each, and the version that they are (S99–S101). */
export function termsIn(language: Language, { terms }: Report): { heading: string; clauses: string[] } | undefined {
  if (!terms) return undefined;
  return {
    heading: phrase(language, 'report.terms', { edition: terms.edition, version: terms.version }),
    clauses: terms.clauses.map((clause) => `§${clause.number} ${clause[language]}`),
  };
}

/** How a letter opens: the SOC says in its own words who it is (S82). */
export function openingIn(language: Language, report: Report): string {
  const period = shortPeriod(language, report);
  if (report.reporter?.party !== 'soc') return phrase(language, `report.opening.${report.kind}`, { period });
  return phrase(language, 'report.opening.soc', { period, soc: providerNameIn(language, report) });
}
