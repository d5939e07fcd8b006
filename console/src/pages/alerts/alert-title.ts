import { ruleNameIn } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';

/** What alerts and detections have in common. */
export type Titled = {
  readonly kind: string;
  readonly title: string;
  readonly rule: { readonly id: string; readonly name: string };
  /** A path or an address. */
  readonly subject?: string | undefined;
};

/** A matter in two lines of the reader's language: what it is, and what helps to tell it from others. */
export function useTitles(): (matter: Titled) => { readonly title: string; readonly detail: string } {
  const say = usePhrase();
  const { language } = useLanguage();
  return ({ kind, title, rule, subject = '' }) => {
    const word = say.maybe(`kind.${kind}`);
    const ruleName = ruleNameIn(language, rule);
    if (kind === 'log.matched') return { title: ruleName, detail: subject };
    if (kind.startsWith('file.') && word && subject) return { title: say.pair(word, subject), detail: ruleName };
    return { title: word ?? title, detail: subject };
  };
}

/** An alert as `useTitles` takes it. */
export const matterOf = (alert: {
  kind: string;
  title: string;
  ruleId: string;
  ruleName: string;
  subject?: string | undefined;
}): Titled => ({ ...alert, rule: { id: alert.ruleId, name: alert.ruleName } });
