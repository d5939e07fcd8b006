import { formatBytes, formatDuration, formatNumber, formatTimeWithZone } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';

type Facts = Readonly<Record<string, string | number | boolean>>;

/** Facts beside the fixed fields, as names and values a person reads: the words are those of the mails. A fact we have no word for is shown as it is. */
export function useSystemFacts(): (facts: Facts | undefined) => (readonly [string, string])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const sayName = (name: string): string => say.maybe(`mail.fact.${name}`) ?? say.or('console.fact', name);
  const sayValue = (name: string, value: string | number | boolean): string => {
    const word = [`liveness.cause.${value}`, `mail.value.${value}`, `console.previousRun.${value}`]
      .map((key) => say.maybe(key))
      .find((found) => found !== undefined);
    if (word) return word;
    if (typeof value === 'boolean') return say(value ? 'console.yes' : 'console.no');
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? formatTimeWithZone(value) : value;
    if (/seconds$/i.test(name)) return formatDuration(language, value * 1000);
    if (name.endsWith('Ms')) return formatDuration(language, value);
    if (name.endsWith('Bytes')) return formatBytes(language, value);
    return formatNumber(language, value);
  };
  return (facts = {}) => Object.entries(facts).map(([name, value]) => [sayName(name), sayValue(name, value)] as const);
}
