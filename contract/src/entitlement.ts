import type { Plan } from './account.ts';
import type { Edition, Feature, PlanMark, TwoTexts } from './edition.ts';

/** `granted`: part of the plan. `paid`: after a quote that the customer approved (S34). `refused`: not in this plan. */
export type Outcome = 'granted' | 'paid' | 'refused';

/** What an edition says of a feature under a plan, and where it says so. */
export type Entitlement = {
  readonly outcome: Outcome;
  readonly mark: PlanMark;
  readonly feature: Feature;
  readonly plan: Plan;
  readonly edition: string;
  /** Number of the clause that decides it. */
  readonly clause: string;
  /** The clause’s text. */
  readonly text: TwoTexts;
  /** What the cell of the plan table says besides its mark: hours, a number a year. */
  readonly note?: TwoTexts;
};

const outcomes = { included: 'granted', full: 'granted', paid: 'paid', none: 'refused' } as const;

/**
 * Whether a plan has a feature, by the edition that a contract pins (S26–S33, S103). What the plan has is decided by the feature’s own clause;
 * what it lacks, or sells, by the plan table (§5). Pure: it knows no account and no quotes.
 */
export function entitlement(edition: Edition, plan: Plan, feature: Feature): Entitlement {
  const entry = edition.features[feature];
  const row = edition.table.find(({ id }) => id === entry.row);
  const cell = row?.cells[plan];
  const mark = cell?.mark ?? entry.grants?.[plan] ?? 'none';
  const outcome = outcomes[mark];
  const own = entry.clauses?.[plan] ?? entry.clause;
  const clause = outcome === 'granted' || !row ? own : tableClause;
  return {
    ...{ outcome, mark, feature, plan, edition: edition.id, clause, text: clauseText(edition, clause) },
    ...(cell?.note ? { note: cell.note } : {}),
  };
}

/** The clause of the specification that holds the plan table. */
export const tableClause = '5';

/** A clause’s text; its number where an edition lacks it, which `checkEdition` does not let pass. */
export const clauseText = (edition: Pick<Edition, 'clauses'>, clause: string): TwoTexts =>
  edition.clauses[clause] ?? { ja: clause, en: clause };

/** Facts of a refusal that an edition founds: the clause with its text in both languages, and the edition. */
export const clauseFacts = (edition: Edition, clause: string) => {
  const { ja, en } = clauseText(edition, clause);
  return { clause, clauseJa: ja, clauseEn: en, edition: edition.id };
};

/** Clauses in the order of the document. An object’s own order would put `5` before `4(1)`. */
export function clauseList(edition: Pick<Edition, 'clauses'>): { readonly number: string; readonly text: TwoTexts }[] {
  return Object.entries(edition.clauses)
    .map(([number, text]) => ({ number, text }))
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }));
}
