import { useLanguage } from '../../language.tsx';
import { daysOf } from './periods.ts';

/** A period with its days: `2026-W47（11/16～11/22）`, `2026年11月`. */
export function usePeriodName(): (period: string) => string {
  const { language } = useLanguage();
  return (period) => {
    const [first, last] = daysOf(period).map((day) => day.replaceAll('-', '/'));
    if (period.includes('W'))
      return language === 'ja' ? `${period}（${first}～${last}）` : `${period} (${first} – ${last})`;
    const [year, month] = period.split('-');
    return language === 'ja' ? `${year}年${Number(month)}月` : period;
  };
}
