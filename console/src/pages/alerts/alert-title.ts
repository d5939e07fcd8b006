import { headlineIn, type Matter, ruleNameIn } from '@sakimori/contract';
import { useLanguage } from '../../language.tsx';

/** A matter in two lines of the reader's language: what it is, and the rule that says so where the first line does not name it. */
export function useTitles(): (matter: Matter) => { readonly title: string; readonly detail: string } {
  const { language } = useLanguage();
  return (matter) => {
    const title = headlineIn(language, matter);
    const ruleName = ruleNameIn(language, matter.rule);
    return { title, detail: title.includes(ruleName) ? '' : ruleName };
  };
}
