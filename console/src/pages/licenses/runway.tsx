import type { License } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { todayInJapan } from '../calendar/queries.ts';

const dayMs = 86_400_000;
const spanDays = 365;
const colours = { inForce: 'var(--good)', coming: 'var(--info)', gap: 'var(--bad)', retired: 'var(--idle)' } as const;

/** Where a day stands between a year ago and a year from now, in percent. */
function placeOf(day: string, today: string): number {
  const days = (Date.parse(day) - Date.parse(today)) / dayMs;
  return Math.min(100, Math.max(0, ((days + spanDays) / (2 * spanDays)) * 100));
}

/** What is valid from when to when, a line each: an end that comes near, and a gap, are seen at a glance. */
export function Runway({ licenses }: { licenses: readonly License[] }) {
  const say = usePhrase();
  const today = todayInJapan();
  return (
    <Card title={say('console.licenses.runway')}>
      <div style={{ display: 'grid', gap: 8 }}>
        {licenses.map((license) => (
          <div key={license.id} style={{ display: 'grid', gridTemplateColumns: 'minmax(8rem, 16rem) 1fr', gap: 12 }}>
            <div style={{ fontSize: '0.8125rem', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
              {license.product}
              <span className="dim"> · {license.accountName}</span>
            </div>
            <div style={{ position: 'relative', height: 18, background: 'var(--idle-ground)', borderRadius: 4 }}>
              {license.terms.map((term) => {
                const [from, to] = [placeOf(term.validFrom, today), placeOf(term.validTo, today)];
                return (
                  <div
                    key={term.id}
                    role="img"
                    aria-label={say('console.licenses.runwayOf', {
                      ...{ product: license.product, from: term.validFrom, to: term.validTo },
                    })}
                    title={`${term.validFrom} – ${term.validTo}`}
                    style={{
                      ...{ position: 'absolute', top: 3, bottom: 3, left: `${from}%`, borderRadius: 3 },
                      width: `${Math.max(to - from, 0.5)}%`,
                      background: term.validTo < today ? colours.retired : colours[license.state],
                    }}
                  />
                );
              })}
              <div
                title={say('console.licenses.today')}
                style={{ position: 'absolute', top: 0, bottom: 0, left: '50%', borderLeft: '2px solid currentColor' }}
              />
            </div>
          </div>
        ))}
      </div>
    </Card>
  );
}
