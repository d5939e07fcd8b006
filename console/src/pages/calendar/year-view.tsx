import { type Day, type DayKind, dayKinds } from '@sakimori/contract';
import { explainDay } from '@sakimori/contract/calendar/explanation';
import { useLanguage, usePhrase } from '../../language.tsx';
import type { Tone } from '../../parts/severity-badge.tsx';

const tones: Readonly<Record<DayKind, Tone | undefined>> = {
  business: undefined,
  weekend: 'idle',
  holiday: 'bad',
  'year-end': 'warn',
  closing: 'warn',
  working: 'good',
};
const isSet = (kind: DayKind): boolean => kind === 'closing' || kind === 'working';
const attributes = (kind: DayKind) => ({
  ...(tones[kind] ? { 'data-tone': tones[kind] } : {}),
  ...(isSet(kind) ? { 'data-set': true } : {}),
});

export type YearViewProps = {
  readonly days: readonly Day[];
  readonly today: string;
  /** Makes every day a button. */
  readonly onChoose: ((date: string) => void) | undefined;
};

export function YearView({ days, today, onChoose }: YearViewProps) {
  const say = usePhrase();
  const months = Map.groupBy(days, ({ date }) => date.slice(0, 7));
  return (
    <div>
      <div className="legend">
        {dayKinds.map((kind) => (
          <span key={kind}>
            <i className="day" {...attributes(kind)} aria-hidden>
              &nbsp;
            </i>
            {say.bracket(say(`dayKindName.${kind}`), days.filter((day) => day.kind === kind).length)}
          </span>
        ))}
      </div>
      <div className="year">
        {[...months].map(([month, list]) => (
          <Month key={month} month={Number(month.slice(5))} {...{ days: list, today, onChoose }} />
        ))}
      </div>
    </div>
  );
}

/** A month as a table of weeks that begin on Monday, as the weekly report does. */
function Month({ month, days, today, onChoose }: YearViewProps & { month: number }) {
  const say = usePhrase();
  const blanks: undefined[] = Array.from({ length: (days[0]?.weekday ?? 1) - 1 });
  const cells = [...blanks, ...days];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  return (
    <table className="month">
      <caption>{say('console.calendar.month', { month: new Date(Date.UTC(2026, month - 1, 15)) })}</caption>
      <thead>
        <tr>
          {([1, 2, 3, 4, 5, 6, 7] as const).map((weekday) => (
            <th key={weekday} scope="col">
              {say(`weekday.${weekday}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, index) => (
          <tr key={week.find(Boolean)?.date ?? index}>
            {week.map((day, place) => (
              <td key={day?.date ?? `blank-${place}`}>
                {day && <DayCell day={day} isToday={day.date === today} onChoose={onChoose} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DayCell({ day, isToday, onChoose }: { day: Day; isToday: boolean; onChoose: YearViewProps['onChoose'] }) {
  const { language } = useLanguage();
  const what = explainDay(language, day);
  const shown = {
    className: 'day',
    title: `${day.date} ${what}`,
    ...attributes(day.kind),
    ...(isToday ? { 'data-today': true, 'aria-current': 'date' as const } : {}),
  };
  const number = Number(day.date.slice(8));
  if (!onChoose)
    return (
      <span {...shown}>
        {number}
        <span className="visually-hidden">{what}</span>
      </span>
    );
  return (
    <button type="button" {...shown} aria-label={`${day.date} ${what}`} onClick={() => onChoose(day.date)}>
      {number}
    </button>
  );
}
