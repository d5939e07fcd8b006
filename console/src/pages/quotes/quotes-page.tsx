import { Button, Group, TextInput } from '@mantine/core';
import { type Quote, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { IconClipboardList, IconDownload, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { quotesQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { OfferForm } from './offer-form.tsx';
import { QuoteActions } from './quote-actions.tsx';

const route = getRouteApi('/frame/quotes');
const tones = { offered: 'watch', approved: 'good', declined: 'idle', withdrawn: 'idle', expired: 'warn' } as const;

/** What plans sell besides: offered by staff, approved by the customer, done, and billed. */
export function QuotesPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(quotesQuery(account));
  const columns: Column<Quote>[] = [
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      short: true,
      cell: (quote) => quote.accountName,
    },
    { key: 'number', head: 'No.', width: 60, cell: (quote) => quote.number },
    {
      key: 'title',
      head: say('console.quotes.name'),
      cell: ({ title, feature, clause }) => (
        <div>
          {title}
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {say.bracket(say(`feature.${feature}`), `§${clause}`)}
          </div>
        </div>
      ),
    },
    {
      key: 'total',
      head: say('console.quotes.total'),
      align: 'right',
      cell: ({ unitYen, quantity, billing }) => (
        <div>
          {say('console.quotes.amount', { yen: unitYen * quantity })}
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {say(`quoteBilling.${billing}`)}
          </div>
        </div>
      ),
    },
    { key: 'validUntil', head: say('console.quotes.validUntil'), width: 115, cell: (quote) => quote.validUntil },
    {
      key: 'state',
      head: say('console.quotes.state'),
      cell: ({ state, work }) => (
        <Group gap={4}>
          <StateBadge tone={tones[state]}>{say(`quoteState.${state}`)}</StateBadge>
          {state === 'approved' && <StateBadge tone="info">{say(`quoteWork.${work}`)}</StateBadge>}
        </Group>
      ),
    },
    {
      key: 'decided',
      head: say('console.quotes.decided'),
      cell: ({ decidedBy, decidedHow }) =>
        decidedBy && decidedHow ? say.bracket(decidedBy, say(`quoteWay.${decidedHow}`)) : '',
    },
    {
      key: 'actions',
      head: say('console.edit'),
      silent: true,
      cell: (quote) => <QuoteActions quote={quote} />,
    },
  ];
  return (
    <Page
      title={say('console.nav.quotes')}
      subtitle={say('console.quotes.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {may('contract.write') && (
            <DialogButton label={say('console.quotes.offer')} button={{ leftSection: <IconPlus size={16} /> }}>
              {(close) => <OfferForm account={account} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        title={say('console.quotes.title')}
        label={say('console.quotes.title')}
        columns={columns}
        rowKey={(quote) => quote.id}
        actions={may('billing.read') && <BillingFiles />}
        empty={{
          icon: IconClipboardList,
          title: say('console.quotes.none'),
          children: say('console.quotes.noneText'),
        }}
      />
    </Page>
  );
}

/** The billing lines of a month, to be taken into the provider's own billing. */
function BillingFiles() {
  const say = usePhrase();
  const [month, setMonth] = useState(() => new Date().toISOString().slice(0, 7));
  const take = async (format: 'csv' | 'xlsx') => {
    const { name, type, content } = await call(routes.exportBillingLines, { query: { month, format } });
    download(
      Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
      type,
      name,
    );
  };
  return (
    <Group gap={6}>
      <TextInput
        type="month"
        size="xs"
        aria-label={say('console.quotes.month')}
        value={month}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      {(['csv', 'xlsx'] as const).map((format) => (
        <Button
          key={format}
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={15} />}
          onClick={() => void take(format)}
        >
          {say('console.quotes.export', { format: format === 'csv' ? 'CSV' : 'Excel' })}
        </Button>
      ))}
    </Group>
  );
}
