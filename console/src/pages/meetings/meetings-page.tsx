import { Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Meeting, MeetingYear } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconCalendarEvent, IconPlus } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useSession } from '../../session.tsx';
import { MeetingForm } from './meeting-form.tsx';
import { meetingsQuery } from './queries.ts';
import { When } from './when.tsx';

const route = getRouteApi('/frame/meetings');
export const stateTones = { planned: 'watch', confirmed: 'info', held: 'good', cancelled: 'idle' } as const;

/** Review meetings (S90–S96): how many of the contract year's are used, what comes, and what was. */
export function MeetingsPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(meetingsQuery(account));
  const columns: Column<Meeting>[] = [
    {
      key: 'state',
      head: say('console.alerts.state'),
      width: 100,
      cell: ({ state }) => <StateBadge tone={stateTones[state]}>{say(`meetingState.${state}`)}</StateBadge>,
    },
    { key: 'when', head: say('console.meetings.when'), width: 210, cell: (meeting) => <When meeting={meeting} /> },
    {
      key: 'title',
      head: say('console.meetings.name'),
      cell: ({ id, number, title }) => (
        <TextLink to="/meetings/$meetingId" params={{ meetingId: id }} size="sm">
          {number}. {title}
        </TextLink>
      ),
    },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      short: true,
      cell: ({ accountName }) => accountName,
    },
    { key: 'kind', head: say('console.meetings.kind'), width: 90, cell: ({ kind }) => say(`meetingKind.${kind}`) },
    { key: 'charges', head: say('console.meetings.charges'), cell: (meeting) => <Charges meeting={meeting} /> },
    {
      key: 'questions',
      head: say('console.meetings.questions'),
      width: 90,
      cell: ({ questionCount }) => (questionCount > 0 ? questionCount : '–'),
    },
  ];
  return (
    <Page
      title={say('console.nav.meetings')}
      subtitle={say('console.meetings.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {may('meeting.write') && (
            <DialogButton
              label={say('console.meetings.book')}
              button={{ leftSection: <IconPlus size={16} /> }}
              size="lg"
            >
              {(close) => <MeetingForm account={account} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <Loaded query={query}>{({ years }) => <Years years={years} />}</Loaded>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        title={say('console.meetings.list')}
        label={say('console.meetings.list')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{
          icon: IconCalendarEvent,
          title: say('console.meetings.none'),
          children: say('console.meetings.noneText'),
        }}
      />
    </Page>
  );
}

/** Included, or what is bought for which reason. */
export function Charges({ meeting: { charges, isIncluded, quoteId } }: { meeting: Meeting }) {
  const say = usePhrase();
  if (charges.length === 0) return <>{say('console.meetings.included')}</>;
  return (
    <Group gap={4}>
      {isIncluded && <span>{say('console.meetings.included')}</span>}
      {charges.map((charge) => (
        <StateBadge key={charge} tone={quoteId ? 'info' : 'warn'}>
          {say(`meetingCharge.${charge}`)}
        </StateBadge>
      ))}
    </Group>
  );
}

/** The contract year of each account: n of 4. */
function Years({ years }: { years: readonly MeetingYear[] }) {
  const say = usePhrase();
  if (years.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
      {years.map((year) => (
        <Card key={year.accountId} title={year.accountName}>
          <Stack gap={6}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{say('console.meetings.year', { from: year.from, to: year.to })}</Text>
              <Text fw={600} className="figures">
                {say('console.meetings.count', { used: year.held + year.planned, perYear: year.perYear })}
              </Text>
            </Group>
            {year.perYear > 0 && (
              <Progress.Root size="md" aria-hidden>
                <Progress.Section value={(100 * year.held) / year.perYear} color="green.8" />
                <Progress.Section value={(100 * year.planned) / year.perYear} color="blue.5" />
              </Progress.Root>
            )}
            <Group gap="xs">
              <Text size="xs" className="dim">
                {say('console.meetings.counts', { held: year.held, planned: year.planned, bought: year.bought })}
              </Text>
              {year.isQuarterOpen && <StateBadge tone="warn">{say('console.meetings.quarterOpen')}</StateBadge>}
            </Group>
          </Stack>
        </Card>
      ))}
    </SimpleGrid>
  );
}
