import { Stack } from '@mantine/core';
import type { MeetingAssessment } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Notice } from '../../parts/notice.tsx';

/** What date and place of a meeting mean: in time or not, one of the year's or not, free or not. */
export function AssessmentNotices({ assessment }: { assessment: MeetingAssessment }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { notice, year, place, charges, isIncluded, clause } = assessment;
  const isFree = place?.isFree;
  const area = place?.freeArea[language] ?? '';
  return (
    <Stack gap={6}>
      <Notice tone={notice.isInTime ? 'good' : 'warn'}>
        {say(notice.isInTime ? 'console.meetings.inTime' : 'console.meetings.tooSoon', {
          ...{ lastDay: notice.lastDay, days: notice.days, clause },
        })}
      </Notice>
      <Notice tone={isIncluded ? 'good' : 'warn'}>
        {isIncluded
          ? say('console.meetings.isIncluded', {
              ...{ number: year.used + 1, perYear: year.perYear, from: year.from, to: year.to },
            })
          : say(charges.includes('plan') ? 'console.meetings.notInPlan' : 'console.meetings.yearUsed', {
              ...{ perYear: year.perYear, from: year.from, to: year.to },
            })}
      </Notice>
      {place ? (
        <Notice tone={isFree === undefined ? 'warn' : isFree ? 'good' : 'warn'}>
          {say(
            isFree === undefined
              ? 'console.meetings.placeUnclear'
              : isFree
                ? 'console.meetings.placeFree'
                : 'console.meetings.placeRemote',
            { area, ground: say(`placeGround.${place.ground}`) },
          )}
        </Notice>
      ) : (
        <Notice tone="good">{say('console.meetings.videoFree')}</Notice>
      )}
    </Stack>
  );
}
