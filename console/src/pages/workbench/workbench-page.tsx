import type { RuleDraft } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconPlus, IconTool } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { DraftState, useModuleName } from './draft-state.tsx';
import { NewDraft } from './new-draft.tsx';
import { draftsQuery } from './queries.ts';

const route = getRouteApi('/frame/workbench');

/** Rules that are made for customers, from the first word until they are in force. */
export function WorkbenchPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(draftsQuery(account));
  const nameOf = useModuleName();
  const columns: Column<RuleDraft>[] = [
    { key: 'number', head: say('console.workbench.number'), width: 64, cell: ({ number }) => number },
    {
      key: 'name',
      head: say('console.workbench.name'),
      cell: ({ id, name, version }) => (
        <div>
          <TextLink to="/workbench/$draftId" params={{ draftId: id }} size="sm">
            {name}
          </TextLink>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {say('console.workbench.versionOf', { version })}
          </div>
        </div>
      ),
    },
    { key: 'module', head: say('console.workbench.module'), cell: ({ module }) => nameOf(module) },
    { key: 'account', head: say('console.account'), short: true, cell: ({ accountName }) => accountName },
    {
      key: 'state',
      head: say('console.workbench.state'),
      width: 130,
      cell: ({ state }) => <DraftState state={state} />,
    },
    {
      key: 'targets',
      head: say('console.workbench.targets'),
      cell: ({ targets }) => targets.map(({ name }) => name).join(', '),
    },
    {
      key: 'changed',
      head: say('console.workbench.changed'),
      cell: ({ changedAt, changedBy }) => (
        <div>
          <Time at={changedAt} />
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {changedBy}
          </div>
        </div>
      ),
    },
  ];
  return (
    <Page
      title={say('console.workbench.title')}
      subtitle={say('console.workbench.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          <DialogButton label={say('console.workbench.new')} button={{ leftSection: <IconPlus size={16} /> }}>
            {() => <NewDraft account={account} />}
          </DialogButton>
        </>
      }
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.workbench.title')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{
          icon: IconTool,
          title: say('console.workbench.none'),
          children: say('console.workbench.noneText'),
        }}
      />
    </Page>
  );
}
