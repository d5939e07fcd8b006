import { type Edition, type Language, type PhraseKey, phrase } from '@sakimori/contract';
import { type Letter, showInstant, showLine, showText, toHtml, toText } from '../notices/index.ts';

type Provider = { readonly name: string; readonly signature: string };
type Composed = { readonly subject: string; readonly text: string; readonly html: string };

const write = (subject: string, letter: Letter): Composed => ({ subject, text: toText(letter), html: toHtml(letter) });

function frame(language: Language, customer: string, provider: Provider) {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  return {
    ...{ language, tone: 'informational' as const, dear: say('mail.dear', { customer: showLine(customer, 200) }) },
    footer: say('onboarding.mail.footer'),
    signature: [showLine(provider.name, 200), showText(provider.signature)].filter(Boolean).join('\n'),
  };
}

/** The test mail that a recipient confirms (S36). */
export function confirmationLetter(
  language: Language,
  told: {
    readonly customerName: string;
    readonly accountName: string;
    readonly name: string;
    readonly purposes: readonly string[];
    readonly url: string;
    readonly provider: Provider;
  },
): Composed {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  const purposes = told.purposes.map((purpose) => say(`order.field.${purpose}`)).join(say('onboarding.mail.comma'));
  return write(say('onboarding.mail.confirmSubject', { product: say('product.name') }), {
    ...frame(language, told.customerName, told.provider),
    badge: say('onboarding.mail.confirmBadge'),
    headline: say('onboarding.mail.confirmHeadline'),
    intro: say('onboarding.mail.confirmIntro', { provider: showLine(told.provider.name, 200) }),
    facts: {
      heading: say('onboarding.mail.confirmFacts'),
      rows: [
        [say('mail.label.account'), showLine(told.accountName, 200)],
        [say('onboarding.mail.recipient'), showLine(told.name, 200)],
        [say('onboarding.mail.purposes'), purposes],
      ],
    },
    advice: {
      heading: say('mail.heading.advice'),
      rows: [say('onboarding.mail.confirmAdvice'), say('onboarding.mail.confirmOther')],
    },
    link: { text: say('onboarding.mail.confirmLink'), url: told.url },
  });
}

/** The link of a form that the customer fills in (S35). */
export function formLetter(
  language: Language,
  told: {
    readonly kind: 'order' | 'hearing';
    readonly customerName: string;
    readonly name: string;
    readonly url: string;
    readonly expiresAt: Date;
    readonly provider: Provider;
  },
): Composed {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  const form = say(`formKind.${told.kind}`);
  return write(say('form.mail.subject', { form, product: say('product.name') }), {
    ...frame(language, told.customerName, told.provider),
    footer: say('form.mail.footer'),
    badge: form,
    headline: say('form.mail.headline', { form }),
    intro: say('form.mail.intro', { form, provider: showLine(told.provider.name, 200) }),
    facts: {
      heading: say('form.mail.facts'),
      rows: [
        [say('form.mail.contact'), showLine(told.name, 200)],
        [say('form.mail.until'), showInstant(language, told.expiresAt.toISOString())],
      ],
    },
    advice: {
      heading: say('mail.heading.advice'),
      rows: [say('form.mail.advice1'), say('form.mail.advice2'), say('form.mail.advice3')],
    },
    link: { text: say('form.mail.link'), url: told.url },
  });
}

/** The start notice (S39): since when, what is protected, who answers and when, where the portal is, and the terms. */
export function startLetter(
  language: Language,
  told: {
    readonly customerName: string;
    readonly accountName: string;
    readonly plan: string;
    readonly startedOn: string;
    readonly hosts: readonly string[];
    readonly edition: Edition;
    readonly portal: string;
    readonly provider: Provider;
  },
): Composed {
  const say = (key: string, facts = {}) => phrase(language, key as PhraseKey, facts);
  const { edition } = told;
  const { hours, channels, clause } = edition.reception.helpdesk;
  const open = edition.hours[hours]!;
  const watch = edition.hours[edition.monitoring.hours]!;
  const spoken = (one: typeof open) =>
    say(
      one.days === 'all' && one.from === '00:00' && one.to === '24:00'
        ? 'onboarding.mail.always'
        : 'onboarding.mail.hours',
      { from: one.from, to: one.to },
    );
  const ways = channels.map((channel) => say(`onboarding.mail.channel.${channel}`)).join(say('onboarding.mail.comma'));
  return write(
    say('onboarding.mail.startSubject', { product: say('product.name'), account: showLine(told.accountName, 150) }),
    {
      ...frame(language, told.customerName, told.provider),
      badge: say('onboarding.mail.startBadge'),
      headline: say('onboarding.mail.startHeadline', { date: told.startedOn }),
      intro: say('onboarding.mail.startIntro', { provider: showLine(told.provider.name, 200) }),
      facts: {
        heading: say('onboarding.mail.startFacts'),
        rows: [
          [say('mail.label.account'), showLine(told.accountName, 200)],
          [say('onboarding.mail.plan'), edition.plans[told.plan as keyof Edition['plans']][language]],
          [say('onboarding.mail.startedOn'), told.startedOn],
          [
            say('onboarding.mail.hostsHead'),
            told.hosts
              .slice(0, 50)
              .map((name) => showLine(name, 100))
              .join(say('onboarding.mail.comma')),
          ],
          [
            say('onboarding.mail.contact'),
            `${showLine(told.provider.name, 200)}${say('onboarding.mail.by', { ways })}`,
          ],
          [say('onboarding.mail.helpdesk'), `${spoken(open)}（§${clause}）`],
          [say('onboarding.mail.monitoring'), `${spoken(watch)}（§${edition.monitoring.clause}）`],
          [
            say('onboarding.mail.terms'),
            edition.terms.clauses.map((number) => `§${number}`).join(say('onboarding.mail.comma')),
          ],
        ],
      },
      advice: {
        heading: say('onboarding.mail.nextHeading'),
        rows: [say('onboarding.mail.next1'), say('onboarding.mail.next2'), say('onboarding.mail.next3')],
      },
      link: { text: say('onboarding.mail.portal'), url: told.portal },
    },
  );
}
