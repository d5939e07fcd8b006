import { Button, Group, TextInput } from '@mantine/core';
import type { AuditEntry } from '@sakimori/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useAccountName } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconHistory } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { auditQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';

const route = getRouteApi('/frame/settings/audit');

/** Who did what and when. It can only be read. */
export function AuditPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const query = useInfiniteQuery(auditQuery({ accountId: search.account, target: search.target }));
  return (
    <Page title={say('console.nav.audit')} subtitle={say('console.audit.subtitle')}>
      <Filters />
      <Card flush>
        <Loaded query={query}>
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.items);
            return entries.length > 0 ? (
              <AuditTable entries={entries} />
            ) : (
              <EmptyState icon={IconHistory} title={say('console.audit.none')} />
            );
          }}
        </Loaded>
        <LoadMore query={query} />
      </Card>
    </Page>
  );
}

function Filters() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [target, setTarget] = useState(search.target ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ search: { ...search, target: target.trim() || undefined }, replace: true });
  };
  return (
    <Group gap="xs" component="search" aria-label={say('console.filters')}>
      <AccountFilter
        value={search.account}
        onChange={(account) => void navigate({ search: { ...search, account }, replace: true })}
      />
      <form onSubmit={submit}>
        <Group gap="xs">
          <TextInput
            size="sm"
            w={300}
            aria-label={say('console.audit.target')}
            placeholder={say('console.audit.targetHint')}
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value)}
            maxLength={200}
          />
          <Button type="submit" size="sm" variant="default">
            {say('console.audit.search')}
          </Button>
        </Group>
      </form>
    </Group>
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const accountName = useAccountName();
  const columns: Column<AuditEntry>[] = [
    { key: 'at', head: say('console.audit.at'), width: 160, cell: (entry) => <Time at={entry.at} /> },
    {
      key: 'actor',
      head: say('console.audit.actor'),
      cell: (entry) => (
        <span>
          {entry.actorKind === 'system' ? say('console.step.bySystem') : entry.actorName}
          {entry.actorKind !== 'person' && entry.actorKind !== 'system' && (
            <span className="dim">{say.bracket('', say(`console.audit.actorKind.${entry.actorKind}`))}</span>
          )}
        </span>
      ),
    },
    { key: 'action', head: say('console.audit.action'), cell: (entry) => say.or('audit', entry.action) },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      cell: (entry) => accountName(entry.accountId),
    },
    { key: 'target', head: say('console.audit.target'), cell: (entry) => <Target target={entry.target} /> },
    { key: 'facts', head: say('console.audit.facts'), cell: (entry) => <Facts facts={entry.facts} /> },
  ];
  return (
    <DataTable
      label={say('console.nav.audit')}
      columns={columns}
      rows={entries}
      rowKey={(entry) => entry.id}
      showFresh
    />
  );
}

/** `alert:…` as a way to the alert, where there is a page for it. */
function Target({ target }: { target: string }) {
  const say = usePhrase();
  const [kind = '', id = ''] = target.split(':');
  const name = say.or('thing', kind);
  if (kind === 'alert')
    return (
      <TextLink to="/alerts/$alertId" params={{ alertId: id }} size="sm">
        {name}
      </TextLink>
    );
  if (kind === 'host')
    return (
      <TextLink to="/hosts/$hostId" params={{ hostId: id }} size="sm">
        {name}
      </TextLink>
    );
  if (kind === 'policy')
    return (
      <TextLink to="/policies/$policyId" params={{ policyId: id }} size="sm">
        {name}
      </TextLink>
    );
  // Objects of the configuration are known by the API's numbers.
  return <span title={target}>{/^\d+$/.test(id) ? `${name} ${id}` : name}</span>;
}

function Facts({ facts }: { facts: AuditEntry['facts'] }) {
  const told = Object.entries(facts);
  if (told.length === 0) return null;
  return (
    <code className="dim" style={{ fontSize: '0.72rem' }}>
      {told.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')}
    </code>
  );
}
