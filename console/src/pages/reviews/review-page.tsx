import { Group, List, SegmentedControl, Stack, Text } from '@mantine/core';
import type { ReviewDetail } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import type { Shown } from './queries.ts';
import { reviewQuery } from './queries.ts';
import { ReviewItems } from './review-items.tsx';
import { Days, SheetState } from './reviews-page.tsx';

const route = getRouteApi('/frame/reviews/$reviewId');
const shows = ['due', 'reviewed', 'excluded', 'all'] as const;
const labels = {
  due: 'console.review.showDue',
  reviewed: 'console.review.showReviewed',
  excluded: 'console.review.showExcluded',
  all: 'console.review.showAll',
} as const;

/** One sheet: what has to be looked at, by keyboard, and beside it what is left out and why. */
export function ReviewPage() {
  const { reviewId } = route.useParams();
  const { show = 'due' } = route.useSearch();
  const query = useQuery(reviewQuery(reviewId, show));
  return <Loaded query={query}>{(sheet) => <Sheet sheet={sheet} show={show} />}</Loaded>;
}

function Sheet({ sheet, show }: { sheet: ReviewDetail; show: Shown }) {
  const say = usePhrase();
  const navigate = route.useNavigate();
  const { counts } = sheet;
  const countOf = {
    due: counts.due - counts.reviewed,
    reviewed: counts.reviewed,
    excluded: counts.excluded,
    all: counts.items,
  };
  return (
    <Page
      title={say('console.review.of', { day: sheet.businessDay })}
      subtitle={
        <Group gap="xs">
          <TextLink to="/reviews" size="sm">
            {say('console.review.title')}
          </TextLink>
          <span className="dim">
            {sheet.accountName} · {say('console.review.days')} <Days days={sheet.days} /> · {say('console.review.due')}{' '}
            <Time at={sheet.dueAt} relative />
          </span>
        </Group>
      }
      actions={<SheetState sheet={sheet} />}
    >
      <Stack>
        <SegmentedControl
          aria-label={say('console.review.show')}
          size="sm"
          style={{ alignSelf: 'flex-start' }}
          data={shows.map((each) => ({ value: each, label: say(labels[each], { count: countOf[each] }) }))}
          value={show}
          onChange={(next) => void navigate({ search: { show: shows.find((each) => each === next) }, replace: true })}
        />
        {sheet.items.length === 0 ? (
          <Card flush>
            <EmptyState icon={IconCircleCheck} title={say('console.review.nothing')}>
              {countOf.due === 0 ? say('console.review.allReviewed') : undefined}
            </EmptyState>
          </Card>
        ) : (
          <ReviewItems key={show} sheet={sheet} />
        )}
        {sheet.isCut && (
          <Text size="sm" className="dim">
            {say('console.review.cut', { count: sheet.items.length })}
          </Text>
        )}
        {sheet.context.length > 0 && (
          <Card title={say('console.review.context')}>
            <Text size="sm">{say('console.review.contextText')}</Text>
            <List size="sm" mt={6}>
              {sheet.context.map(({ module, alerts, detections }) => (
                <List.Item key={module}>
                  {say('console.review.contextRow', { module: say(`module.${module}`), alerts, detections })}
                </List.Item>
              ))}
            </List>
          </Card>
        )}
      </Stack>
    </Page>
  );
}
