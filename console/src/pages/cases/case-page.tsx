import { Button, Checkbox, Grid, Group, Stack, Text } from '@mantine/core';
import { type Alert, type CaseDetail, type CaseMove, caseTitle, matterOfAlert, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { AlertStateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { useTitles } from '../alerts/alert-title.ts';
import { ProposeContainment } from '../containment/propose-containment.tsx';
import { TicketsAbout } from '../tickets/tickets-about.tsx';
import { CaseActions } from './case-actions.tsx';
import { CaseLevel, CaseStateBadge } from './case-badges.tsx';
import { CaseTimeline } from './case-timeline.tsx';
import { act, caseQuery } from './queries.ts';

const route = getRouteApi('/frame/cases/$caseId');

/** One case: who has it, its alerts, what was done and what the customer was told. */
export function CasePage() {
  const { caseId } = route.useParams();
  const query = useQuery(caseQuery(caseId));
  return <Loaded query={query}>{(found) => <CaseView key={found.id} found={found} />}</Loaded>;
}

function CaseView({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider, may, person } = useSession();
  const isOurs = isProvider || person.role === 'soc-partner';
  return (
    <Page
      title={`#${found.number} ${caseTitle(language, found)}`}
      subtitle={
        <TextLink to="/cases" size="sm">
          {say('console.case.back')}
        </TextLink>
      }
      actions={
        <>
          <ContainHosts found={found} />
          <SeverityBadge severity={found.severity} />
          <CaseStateBadge found={found} />
        </>
      }
    >
      {found.mergedInto && (
        <Notice tone="info">
          {say('console.case.mergedText')}{' '}
          <TextLink to="/cases/$caseId" params={{ caseId: found.mergedInto }} size="sm">
            {say('console.case.mergedLink')}
          </TextLink>
        </Notice>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack>
            <Card>
              <FactList
                facts={[
                  [say('console.account'), isOurs && found.accountName],
                  [say('console.case.who'), isOurs && <CaseLevel key="level" found={found} />],
                  [say('console.case.soc'), isProvider && (found.soc?.name ?? say('console.case.noSoc'))],
                  [say('console.case.opened'), <Time key="opened" at={found.openedAt} relative zone />],
                  [
                    say('console.case.acknowledged'),
                    found.acknowledgedAt && <Time key="taken" at={found.acknowledgedAt} relative zone />,
                  ],
                  [say('console.case.closed'), found.closedAt && <Time key="closed" at={found.closedAt} zone />],
                ]}
              />
            </Card>
            <CaseAlerts found={found} />
            {may('ticket.read') && <TicketsAbout about={{ ...found, thing: 'Case' }} />}
            <Card title={say('console.case.timeline')}>
              {found.timeline.length === 0 ? (
                <Text size="sm" className="dim">
                  {say('console.case.noTimeline')}
                </Text>
              ) : (
                <CaseTimeline entries={found.timeline} />
              )}
            </Card>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack>
            <CaseActions found={found} />
            {found.moves.length > 0 && <Moves found={found} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** One way for each host that the alerts name; with several of them each says its name. */
function ContainHosts({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  if (['closed', 'merged'].includes(found.state)) return null;
  const hosts = [...new Map(found.alerts.map(({ hostId, hostName }) => [hostId, hostName]))];
  return hosts.map(([hostId, hostName]) => (
    <ProposeContainment
      key={hostId}
      target={{ accountId: found.accountId, hostId, hostName, caseId: found.id }}
      {...(hosts.length > 1 ? { label: `${say('console.contain.propose')} ${hostName}` } : {})}
    />
  ));
}

function CaseAlerts({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const titlesOf = useTitles();
  const navigate = useNavigate();
  const { may } = useSession();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const maySplit = may('case.write') && found.alerts.length > 1 && !['closed', 'merged'].includes(found.state);
  const split = useMutation({
    mutationFn: () => act(routes.splitCase, { params: { caseId: found.id }, body: { alertIds: [...chosen] } }),
    onSuccess: ({ id }) => void navigate({ to: '/cases/$caseId', params: { caseId: id } }),
  });
  const columns: Column<Alert>[] = [
    {
      key: 'choose',
      head: say('console.case.choose'),
      silent: true,
      shown: maySplit,
      width: 40,
      cell: ({ id }) => (
        <Checkbox
          aria-label={say('console.case.choose')}
          checked={chosen.includes(id)}
          onChange={(event) => {
            const isChosen = event.currentTarget.checked;
            setChosen((now) => (isChosen ? [...now, id] : now.filter((one) => one !== id)));
          }}
        />
      ),
    },
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      cell: (alert) => <SeverityBadge severity={alert.severity} />,
    },
    {
      key: 'title',
      head: say('console.alerts.title'),
      cell: (alert) => {
        const { title } = titlesOf(matterOfAlert(alert));
        return may('alert.read') ? (
          <TextLink to="/alerts/$alertId" params={{ alertId: alert.id }} size="sm">
            {title}
          </TextLink>
        ) : (
          title
        );
      },
    },
    { key: 'host', short: true, head: say('console.alerts.host'), cell: (alert) => alert.hostName },
    {
      key: 'count',
      head: say('console.alerts.count'),
      align: 'right',
      cell: (alert) => <span className="figures">{alert.detectionCount}</span>,
    },
    { key: 'state', head: say('console.alerts.state'), width: 130, cell: (alert) => <AlertStateBadge alert={alert} /> },
  ];
  return (
    <Card
      flush
      title={say('console.case.alerts', { count: found.alertCount })}
      actions={
        maySplit && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={chosen.length === 0 || chosen.length === found.alerts.length}
            loading={split.isPending}
            onClick={() => split.mutate()}
          >
            {say('console.case.split', { count: chosen.length })}
          </Button>
        )
      }
    >
      <DataTable label={say('console.nav.alerts')} columns={columns} rows={found.alerts} rowKey={({ id }) => id} />
      <ErrorNotice error={split.error} />
    </Card>
  );
}

/** Merges and splits, each with its undo. */
function Moves({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const undo = useMutation({
    mutationFn: ({ id }: CaseMove) => act(routes.undoCaseMove, { params: { caseId: found.id, moveId: id } }),
  });
  return (
    <Card title={say('console.case.moves')}>
      <Stack gap={6}>
        {found.moves.map((move) => (
          <Group key={move.id} justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm">
              {say(`console.case.move.${move.kind}`, {
                ...{ from: move.fromNumber, to: move.toNumber, count: move.alertCount },
              })}
            </Text>
            {may('case.write') && (
              <Button size="compact-sm" variant="default" loading={undo.isPending} onClick={() => undo.mutate(move)}>
                {say('console.case.undo')}
              </Button>
            )}
          </Group>
        ))}
        <ErrorNotice error={undo.error} />
      </Stack>
    </Card>
  );
}
