import { Group, SegmentedControl, Select, Switch } from '@mantine/core';
import { workQueues } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconCircleCheck, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../session.tsx';
import { NewWorkForm } from './new-work.tsx';
import { workQuery } from './queries.ts';
import { useWorkColumns } from './work-columns.tsx';

const route = getRouteApi('/frame/work');
const shows = ['today', 'unended', 'ended'] as const;

/** What the provider's people have to do, what is due first on top. */
export function WorkPage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account, queue, show = 'unended', mine } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(workQuery({ accountId: account, queue, show, mine: mine ? 'true' : 'false' }));
  const go = (next: object) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const counts = query.data?.counts;
  const labelOf = (each: (typeof shows)[number]) =>
    each === 'ended' || !counts ? say(`console.work.${each}`) : say.bracket(say(`console.work.${each}`), counts[each]);
  const columns = useWorkColumns();
  return (
    <Page
      title={say('console.work.title')}
      subtitle={say('console.work.subtitle')}
      actions={
        <>
          <AccountFilter value={account} onChange={(next) => go({ account: next })} />
          {may('work.write') && (
            <DialogButton label={say('console.work.add')} button={{ leftSection: <IconPlus size={16} /> }}>
              {(close) => <NewWorkForm account={account} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <Group gap="sm">
        <SegmentedControl
          aria-label={say('console.work.show')}
          size="sm"
          data={shows.map((each) => ({ value: each, label: labelOf(each) }))}
          value={show}
          onChange={(next) => go({ show: shows.find((each) => each === next) })}
        />
        <Select
          size="sm"
          w={{ base: '100%', xs: 220 }}
          aria-label={say('console.work.queue')}
          placeholder={say('console.work.allQueues')}
          data={workQueues.map((each) => ({ value: each, label: say(`workQueue.${each}`) }))}
          value={queue ?? null}
          onChange={(next) => go({ queue: next ?? undefined })}
          clearable
        />
        <Switch
          label={say('console.work.mine')}
          checked={mine === true}
          onChange={(event) => go({ mine: event.currentTarget.checked || undefined })}
        />
      </Group>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.work.title')}
        columns={columns}
        rowKey={(item) => item.id}
        empty={{
          icon: IconCircleCheck,
          title: say(`console.work.${show === 'today' ? 'noneToday' : show === 'ended' ? 'noneEnded' : 'none'}`),
          children: say(show === 'today' ? 'console.work.noneTodayText' : 'console.work.noneText'),
        }}
      />
    </Page>
  );
}
