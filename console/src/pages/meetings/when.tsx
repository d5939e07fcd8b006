import type { Meeting } from '@sakimori/contract';
import { formatTime } from '../../format.ts';
import { usePhrase } from '../../language.tsx';

/** `2026/11/25 (水) 14:00–16:00`, in Japan's time. */
export function When({ meeting: { startsAt, endsAt } }: { meeting: Pick<Meeting, 'startsAt' | 'endsAt'> }) {
  const say = usePhrase();
  const [start, end] = [formatTime(startsAt, false), formatTime(endsAt, false)];
  const weekday = ((new Date(Date.parse(startsAt) + 9 * 3_600_000).getUTCDay() + 6) % 7) + 1;
  const until = start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end;
  return (
    <time dateTime={startsAt} className="nowrap figures">
      {start.slice(0, 10)} ({say.or('console.meetings.weekday', String(weekday))}) {start.slice(11)}–{until}
    </time>
  );
}
