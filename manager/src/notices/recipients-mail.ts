import { type Language, type PhraseKey, phrase, type RecipientList } from '@sakimori/contract';
import type { Identity } from './identity.ts';
import { type Letter, toHtml, toText } from './letter.ts';
import { showLine, showText } from './plain.ts';
import type { AccountNames } from './store.ts';
import { showInstant } from './time.ts';

type Composed = { readonly subject: string; readonly text: string; readonly html: string };
type Say = (key: string, facts?: Readonly<Record<string, string>>) => string;
const sayIn =
  (language: Language): Say =>
  (key, facts = {}) =>
    phrase(language, key as PhraseKey, facts);

const write = (subject: string, letter: Letter): Composed => ({ subject, text: toText(letter), html: toHtml(letter) });

function frame(language: Language, say: Say, names: AccountNames, from: Identity) {
  return {
    ...{ language, tone: 'informational' as const, badge: say('mail.recipients.badge') },
    dear: say('mail.dear', { customer: showLine(names.customer_name, 200) }),
    footer: say('mail.recipients.footer'),
    signature: [showLine(from.name(language), 200), showText(from.signature(language))].filter(Boolean).join('\n'),
  };
}

/** The head of a mail about a change, as the preview shows it. */
export const subjectOf = (language: Language, part: 'new' | 'old' | 'back', names: AccountNames): string =>
  sayIn(language)(`mail.recipients.${part}.subject`, {
    product: phrase(language, 'product.name'),
    account: showLine(names.account_name, 150),
  });

/**
 * Asks a new address whether somebody reads it. It says no more than what that address is to receive: until it is confirmed, a stranger may be
 * reading (S55).
 */
export function composeNew(
  language: Language,
  from: Identity,
  told: {
    readonly names: AccountNames;
    readonly mail: string;
    readonly purposes: readonly string[];
    readonly url: string;
  },
): Composed {
  const say = sayIn(language);
  const purposes = told.purposes.map((purpose) => say(`console.purpose.${purpose}`)).join(say('mail.recipients.comma'));
  return write(subjectOf(language, 'new', told.names), {
    ...frame(language, say, told.names, from),
    headline: say('mail.recipients.new.headline'),
    intro: say('mail.recipients.new.intro', { provider: showLine(from.name(language), 200) }),
    facts: {
      heading: say('mail.recipients.facts'),
      rows: [
        [say('mail.recipients.account'), showLine(told.names.account_name, 200)],
        [say('mail.recipients.mail'), showLine(told.mail, 254)],
        [say('mail.recipients.purposes'), purposes],
      ],
    },
    advice: {
      heading: say('mail.heading.advice'),
      rows: [say('mail.recipients.new.advice1'), say('mail.recipients.new.advice2')],
    },
    link: { text: say('mail.recipients.new.link'), url: told.url },
  });
}

const shownMax = 20;

/** Tells the former recipients what became of the lists, or everybody that it was undone. */
export function composeOld(
  language: Language,
  from: Identity,
  told: {
    readonly part: 'old' | 'back';
    readonly names: AccountNames;
    readonly lists: readonly RecipientList[];
    readonly requestedBy: string | null;
    readonly at: Date;
    readonly url: string;
  },
): Composed {
  const say = sayIn(language);
  const people = (rows: RecipientList['after']): string => {
    const shown = rows.slice(0, shownMax).map(({ mail }) => showLine(mail, 254));
    if (rows.length > shownMax) shown.push('…');
    return shown.join(say('mail.recipients.comma')) || say('mail.recipients.nobody');
  };
  return write(subjectOf(language, told.part, told.names), {
    ...frame(language, say, told.names, from),
    headline: say(`mail.recipients.${told.part}.headline`),
    intro: say(`mail.recipients.${told.part}.intro`, { provider: showLine(from.name(language), 200) }),
    facts: {
      heading: say('mail.recipients.facts'),
      rows: [
        [say('mail.recipients.account'), showLine(told.names.account_name, 200)],
        [say('mail.recipients.at'), showInstant(language, told.at.toISOString())],
        ...(told.requestedBy === null
          ? []
          : [[say('mail.recipients.requestedBy'), showLine(told.requestedBy, 200)] as const]),
      ],
    },
    counts: told.lists.map(({ purpose, before, after }) => ({
      heading: say('mail.recipients.list', { purpose: say(`console.purpose.${purpose}`) }),
      columns: [say('mail.recipients.columns'), say('mail.recipients.former'), say('mail.recipients.present')] as const,
      rows: [[say('mail.recipients.mail'), people(before), people(after)] as const],
    })),
    advice: {
      heading: say('mail.heading.advice'),
      rows: [say(`mail.recipients.${told.part}.advice1`), say(`mail.recipients.${told.part}.advice2`)],
    },
    link: { text: say('mail.recipients.old.link'), url: told.url },
  });
}
