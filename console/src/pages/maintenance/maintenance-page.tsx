import { Group } from '@mantine/core';
import { type Maintenance, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconPlus, IconTool } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { maintenanceQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { ImportForm } from './import-form.tsx';
import { MaintenanceForm } from './maintenance-form.tsx';

const route = getRouteApi('/frame/maintenance');
const tones = { active: 'watch', planned: 'info', over: 'idle', ended: 'idle' } as const;

/** What was announced beforehand (S47): what runs, what comes, what is over. */
export function MaintenancePage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(maintenanceQuery({ accountId: account }));
  const mayAnnounce = may('maintenance.announce');
  const columns: Column<Maintenance>[] = [
    {
      key: 'state',
      head: say('console.alerts.state'),
      width: 100,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`maintenanceState.${state}`)}</StateBadge>,
    },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      short: true,
      cell: (entry) => entry.accountName,
    },
    { key: 'time', head: say('console.maintenance.time'), width: 190, cell: (entry) => <When entry={entry} /> },
    { key: 'reason', head: say('console.maintenance.reason'), cell: (entry) => entry.reason },
    { key: 'scope', head: say('console.maintenance.scope'), cell: (entry) => <Scope entry={entry} /> },
    { key: 'announced', head: say('console.maintenance.announced'), cell: (entry) => <Announced entry={entry} /> },
    {
      key: 'end',
      head: say('console.edit'),
      silent: true,
      shown: mayAnnounce,
      cell: (entry) => (entry.state === 'active' || entry.state === 'planned') && <EndButton entry={entry} />,
    },
  ];
  return (
    <Page
      title={say('console.nav.maintenance')}
      subtitle={say('console.maintenance.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {mayAnnounce && (
            <>
              <DialogButton label={say('console.maintenance.import')} button={{ variant: 'default' }}>
                {(close) => <ImportForm account={account} onDone={close} />}
              </DialogButton>
              <DialogButton
                label={say('console.maintenance.add')}
                button={{ leftSection: <IconPlus size={16} /> }}
                size="lg"
              >
                {(close) => <MaintenanceForm account={account} onDone={close} />}
              </DialogButton>
            </>
          )}
        </>
      }
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        title={say('console.maintenance.title')}
        label={say('console.maintenance.title')}
        columns={columns}
        rowKey={(entry) => entry.id}
        empty={{
          icon: IconTool,
          title: say('console.maintenance.none'),
          children: say('console.maintenance.noneText'),
        }}
      />
    </Page>
  );
}

const small = { fontSize: '0.75rem' };

function When({ entry: { time, times, rule } }: { entry: Maintenance }) {
  const say = usePhrase();
  const others = times.filter(({ startsAt }) => startsAt > time.startsAt).length;
  return (
    <div>
      <Time at={time.startsAt} />
      <div>
        – <Time at={time.endsAt} />
      </div>
      {rule && (
        <div className="dim" style={small} title={rule}>
          {say('console.maintenance.more', { count: others })}
        </div>
      )}
    </div>
  );
}

function Scope({ entry: { hosts, modules } }: { entry: Maintenance }) {
  const say = usePhrase();
  return (
    <div>
      {hosts.length === 0 ? say('console.maintenance.allHosts') : hosts.map(({ name }) => name).join(', ')}
      <div className="dim" style={small}>
        {modules.map((module) => say(`module.${module}`)).join(', ')}
      </div>
    </div>
  );
}

function Announced({ entry: { how, announcedBy, announcedAt, late } }: { entry: Maintenance }) {
  const say = usePhrase();
  return (
    <div>
      {say.bracket(announcedBy, say(`maintenanceWay.${how}`))}
      <Group gap={4}>
        <span className="dim" style={small}>
          <Time at={announcedAt} />
        </span>
        {late && <StateBadge tone="warn">{say('console.maintenance.late')}</StateBadge>}
      </Group>
    </div>
  );
}

function EndButton({ entry }: { entry: Maintenance }) {
  const say = usePhrase();
  const end = async () => {
    await call(routes.endMaintenance, { params: { accountId: entry.accountId, maintenanceId: entry.id } });
    await queryClient.invalidateQueries({ queryKey: ['host'] });
  };
  return (
    <ConfirmButton label={say('console.maintenance.end')} text={say('console.maintenance.endText')} onConfirm={end} />
  );
}
