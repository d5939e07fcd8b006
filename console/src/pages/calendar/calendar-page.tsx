import { ActionIcon, Group, Stack } from '@mantine/core';
import type { CalendarState } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { IconChevronLeft, IconChevronRight } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../session.tsx';
import { Changes } from './changes.tsx';
import { DueCard } from './due-card.tsx';
import { Feeds } from './feeds.tsx';
import { ImportButton } from './import-dialog.tsx';
import { OverrideButton, OverrideForm } from './override-form.tsx';
import { Overrides } from './overrides.tsx';
import { calendarQuery, todayInJapan, yearQuery } from './queries.ts';
import { YearView } from './year-view.tsx';

const route = getRouteApi('/frame/calendar');

/** Business days of a year, the days that the provider closed or opened, and when something is due. */
export function CalendarPage() {
  const say = usePhrase();
  const { account, year } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const state = useQuery(calendarQuery(account));
  const mayWrite = may('calendar.write');
  const shownYear = year ?? Number(todayInJapan().slice(0, 4));
  return (
    <Page
      title={say('console.nav.calendar')}
      subtitle={state.data && say('console.calendar.subtitle', { opens: state.data.opens, closes: state.data.closes })}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: (search) => ({ ...search, account: next }) })}
          />
          {mayWrite && !account && state.data && <ImportButton />}
          {mayWrite && <OverrideButton account={account} />}
        </>
      }
    >
      <Loaded query={state}>
        {(calendar) => (
          <Stack gap="md">
            <Year
              {...{ account, calendar, mayWrite }}
              year={shownYear}
              onYear={(next) => void navigate({ search: (search) => ({ ...search, year: next }) })}
            />
            <DueCard account={account} />
            <Overrides account={account} calendar={calendar} mayWrite={mayWrite} />
            {mayWrite && <Changes account={account} calendar={calendar} />}
            {mayWrite && <Feeds account={account} />}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

type YearProps = {
  readonly account: string | undefined;
  readonly calendar: CalendarState;
  readonly mayWrite: boolean;
  readonly year: number;
  readonly onYear: (year: number) => void;
};

function Year({ account, calendar, mayWrite, year, onYear }: YearProps) {
  const say = usePhrase();
  const days = useQuery(yearQuery(account, year));
  const [chosen, setChosen] = useState<string>();
  const step = (by: 1 | -1, Sign: typeof IconChevronLeft, label: string) => (
    <ActionIcon
      variant="default"
      aria-label={label}
      disabled={year + by < Number(calendar.knownFrom.slice(0, 4)) || year + by > Number(calendar.knownTo.slice(0, 4))}
      onClick={() => onYear(year + by)}
    >
      <Sign size={17} />
    </ActionIcon>
  );
  return (
    <Card
      title={say('console.calendar.year', { year: String(year) })}
      actions={
        <Group gap="xs">
          {step(-1, IconChevronLeft, say('console.calendar.previousYear'))}
          {step(1, IconChevronRight, say('console.calendar.nextYear'))}
        </Group>
      }
    >
      <Stack gap="md">
        {year > calendar.announcedUntil && (
          <Notice tone="watch">{say('console.calendar.provisional', { year: String(year) })}</Notice>
        )}
        <Loaded query={days}>
          {({ items }) => <YearView days={items} today={todayInJapan()} onChoose={mayWrite ? setChosen : undefined} />}
        </Loaded>
      </Stack>
      <Dialog opened={chosen !== undefined} onClose={() => setChosen(undefined)} title={say('console.calendar.add')}>
        {chosen && <OverrideForm account={account} date={chosen} onDone={() => setChosen(undefined)} />}
      </Dialog>
    </Card>
  );
}
