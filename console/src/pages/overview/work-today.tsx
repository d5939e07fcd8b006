import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { workQuery } from '../work/queries.ts';
import { useWorkColumns } from '../work/work-columns.tsx';

const shownMax = 8;

/** What an operator has to do today, without a click. */
export function WorkToday({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const query = useQuery(workQuery({ accountId: account, show: 'today' }));
  const columns = useWorkColumns({ brief: true });
  return (
    <Card
      flush
      title={say('console.overview.work')}
      actions={
        <TextLink to="/work" search={{ account }} size="sm">
          {say('console.work.all')}
        </TextLink>
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length > 0 ? (
            <DataTable
              label={say('console.overview.work')}
              columns={columns}
              rows={items.slice(0, shownMax)}
              rowKey={(item) => item.id}
            />
          ) : (
            <EmptyState icon={IconCircleCheck} title={say('console.work.noneToday')}>
              {say('console.work.noneTodayText')}
            </EmptyState>
          )
        }
      </Loaded>
    </Card>
  );
}
