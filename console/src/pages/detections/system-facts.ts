import { formatBytes, formatDuration, formatNumber, formatTimeWithZone } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';

type Facts = Readonly<Record<string, string | number | boolean>>;

/** Facts of a system event as names and values a person reads. A fact we have no word for is shown under its own name. */
export function useSystemFacts(): (facts: Facts | undefined) => (readonly [string, string])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const sayValue = (name: string, value: string | number | boolean): string => {
    if (typeof value === 'boolean') return say(value ? 'console.yes' : 'console.no');
    if (name === 'cause') return say.or('liveness.cause', String(value));
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? formatTimeWithZone(value) : value;
    if (/seconds$/i.test(name)) return formatDuration(language, value * 1000);
    if (name.endsWith('Ms')) return formatDuration(language, value);
    if (name.endsWith('Bytes')) return formatBytes(language, value);
    return formatNumber(language, value);
  };
  return (facts = {}) =>
    Object.entries(facts).map(([name, value]) => [say.or('console.fact', name), sayValue(name, value)] as const);
}
