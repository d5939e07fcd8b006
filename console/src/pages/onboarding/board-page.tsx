import { Checkbox, Group } from '@mantine/core';
import type { OnboardingSummary } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconClipboardCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useSession } from '../../session.tsx';
import { FormsCard } from './forms-card.tsx';
import { NewOrder } from './new-order.tsx';
import { boardQuery } from './queries.ts';

/** Whose onboardings stand where, late ones first. */
export function BoardPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const [all, setAll] = useState(!isProvider);
  const query = useQuery(boardQuery(all));
  const columns: Column<OnboardingSummary>[] = [
    {
      key: 'customer',
      head: say('console.onboarding.customer'),
      cell: ({ id, customerName, plan }) => (
        <div>
          <TextLink to="/onboardings/$onboardingId" params={{ onboardingId: id }} className="row-link">
            {customerName}
          </TextLink>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {say(`plan.${plan}`)}
          </div>
        </div>
      ),
    },
    { key: 'order', head: say('order.field.number'), short: true, cell: ({ orderNumber }) => orderNumber },
    { key: 'servers', head: say('order.sheet.servers'), align: 'right', width: 90, cell: ({ servers }) => servers },
    {
      key: 'step',
      head: say('console.onboarding.step'),
      cell: ({ step, state }) => (step ? say(`onboardingStep.${step}`) : say(`onboardingState.${state}`)),
    },
    {
      key: 'owner',
      head: say('console.onboarding.owner'),
      cell: ({ owner, person }) =>
        owner && (person ? say.bracket(say(`onboardingOwner.${owner}`), person) : say(`onboardingOwner.${owner}`)),
    },
    {
      key: 'due',
      head: say('console.onboarding.due'),
      cell: ({ dueOn, lateBusinessDays }) =>
        dueOn && (
          <Group gap={6}>
            <span className="figures nowrap">{dueOn}</span>
            {lateBusinessDays > 0 && (
              <StateBadge tone="bad">{say('console.onboarding.late', { days: lateBusinessDays })}</StateBadge>
            )}
          </Group>
        ),
    },
    { key: 'starts', head: say('console.onboarding.startsOn'), width: 115, cell: ({ startsOn }) => startsOn },
  ];
  return (
    <Page
      title={say('console.nav.onboardings')}
      subtitle={say('console.onboarding.subtitle')}
      actions={may('onboarding.write') && <NewOrder />}
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        title={say('console.onboarding.board')}
        label={say('console.onboarding.board')}
        columns={columns}
        rowKey={({ id }) => id}
        actions={
          <Checkbox
            size="sm"
            label={say('console.onboarding.all')}
            checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />
        }
        empty={{
          icon: IconClipboardCheck,
          title: say('console.onboarding.none'),
          children: say('console.onboarding.noneText'),
        }}
      />
      {isProvider && may('onboarding.write') && <FormsCard />}
    </Page>
  );
}
