import {
  hasPhrase,
  type Language,
  languages,
  type PhraseFacts,
  type PhraseKey,
  phrase,
  phraseOr,
} from '@sakimori/contract';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

const storageKey = 'sakimori.language';

function storedLanguage(): Language | undefined {
  const stored = localStorage.getItem(storageKey);
  return languages.find((language) => language === stored);
}

type LanguageChoice = {
  readonly language: Language;
  /** Shows the console in a language and remembers it in this browser. */
  readonly chooseLanguage: (language: Language) => void;
  /** Whether this browser remembers a choice; without one, the person's own language is taken at sign-in. */
  readonly chosen: boolean;
};

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [stored, setStored] = useState(storedLanguage);
  const language = stored ?? 'ja';
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo<LanguageChoice>(
    () => ({
      language,
      chosen: stored !== undefined,
      chooseLanguage: (next) => {
        localStorage.setItem(storageKey, next);
        setStored(next);
      },
    }),
    [language, stored],
  );
  return <LanguageContext.Provider value={choice}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs LanguageProvider above it');
  return choice;
}

export type Say = {
  (key: PhraseKey, facts?: PhraseFacts): string;
  /** The phrase below `prefix` for a word from the wire, or the word itself. */
  or: (prefix: string, word: string, facts?: PhraseFacts) => string;
  /** `name：value`, with the colon of the language. */
  pair: (name: string, value: string) => string;
  /** `text（note）`, with the brackets of the language. */
  bracket: (text: string, note: string | number) => string;
  /** The phrase of a key put together at run time, or nothing where there is none. */
  maybe: (key: string, facts?: PhraseFacts) => string | undefined;
};

/** Phrases in the reader's language: `say('console.retry')`. */
export function usePhrase(): Say {
  const { language } = useLanguage();
  return useMemo(() => sayIn(language), [language]);
}

export function sayIn(language: Language): Say {
  const say = (key: PhraseKey, facts?: PhraseFacts) => phrase(language, key, facts);
  return Object.assign(say, {
    or: (prefix: string, word: string, facts?: PhraseFacts) => {
      try {
        return phraseOr(language, prefix, word, facts);
      } catch {
        // Facts come over the wire, perhaps from an older agent: a missing one must not break the page.
        return word;
      }
    },
    pair: (name: string, value: string) => (language === 'ja' ? `${name}：${value}` : `${name}: ${value}`),
    bracket: (text: string, note: string | number) => (language === 'ja' ? `${text}（${note}）` : `${text} (${note})`),
    maybe: (key: string, facts?: PhraseFacts) => (hasPhrase(key) ? phrase(language, key, facts) : undefined),
  });
}
