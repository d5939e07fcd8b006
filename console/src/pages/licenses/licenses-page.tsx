import { Button, Group, Stack, Switch } from '@mantine/core';
import { type License, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { IconCertificate, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useSession } from '../../session.tsx';
import { LicenseForm } from './license-form.tsx';
import { licensesQuery, refreshLicenses } from './queries.ts';
import { RenewForm } from './renew-form.tsx';
import { Runway } from './runway.tsx';

const route = getRouteApi('/frame/licenses');
const tones = { coming: 'info', inForce: 'good', gap: 'bad', retired: 'idle' } as const;
/** From here on the number of days stands out. */
const nearDays = 30;

/** Licenses of accounts: what is valid until when, and by what proof. */
export function LicensesPage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const [retired, setRetired] = useState(false);
  const query = useQuery(licensesQuery(account, retired));
  const items = query.data?.items ?? [];
  const gaps = items.filter(({ state }) => state === 'gap').length;
  const add = may('license.write') && (
    <DialogButton label={say('console.licenses.add')} button={{ leftSection: <IconPlus size={16} /> }}>
      {(close) => <LicenseForm account={account} onDone={close} />}
    </DialogButton>
  );
  return (
    <Page
      title={say('console.nav.licenses')}
      subtitle={say('console.licenses.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {items.length > 0 && add}
        </>
      }
    >
      {gaps > 0 && <Notice tone="bad">{say('console.licenses.gapAlarm', { count: gaps })}</Notice>}
      {items.length > 0 && <Runway licenses={items} />}
      <ListCard
        query={query}
        rowsOf={(data) => data.items}
        title={say('console.licenses.title')}
        label={say('console.licenses.title')}
        columns={useColumns()}
        rowKey={({ id }) => id}
        actions={
          <Switch
            size="xs"
            label={say('console.licenses.retired')}
            checked={retired}
            onChange={(event) => setRetired(event.currentTarget.checked)}
          />
        }
        empty={{
          icon: IconCertificate,
          title: say('console.licenses.none'),
          children: say('console.licenses.noneText'),
          action: add,
        }}
      />
    </Page>
  );
}

function useColumns(): Column<License>[] {
  const say = usePhrase();
  const { may } = useSession();
  return [
    {
      key: 'product',
      head: say('console.licenses.product'),
      cell: ({ product, vendor, accountName, keyHint, contractNumber }) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          {product}
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {[accountName, vendor, contractNumber, keyHint && `…${keyHint}`].filter(Boolean).join(' · ')}
          </div>
        </div>
      ),
    },
    {
      key: 'state',
      head: say('console.licenses.state'),
      width: 100,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`licenseState.${state}`)}</StateBadge>,
    },
    {
      key: 'until',
      head: say('console.licenses.until'),
      width: 130,
      cell: ({ validTo, daysLeft, state }) => (
        <div>
          <span className="figures">{validTo}</span>
          {state !== 'retired' && (
            <div className={daysLeft <= nearDays ? '' : 'dim'} style={{ fontSize: '0.75rem' }}>
              {daysLeft < 0
                ? say('console.licenses.daysOver', { days: -daysLeft })
                : say('console.licenses.daysLeft', { days: daysLeft })}
            </div>
          )}
        </div>
      ),
    },
    {
      key: 'seats',
      head: say('console.licenses.seats'),
      width: 110,
      cell: ({ seats, used, isOverused }) =>
        seats === undefined ? (
          '–'
        ) : (
          <Group gap={4}>
            <span className="figures">{`${used} / ${seats}`}</span>
            {isOverused && <StateBadge tone="warn">{say('console.licenses.overused')}</StateBadge>}
          </Group>
        ),
    },
    {
      key: 'proofs',
      head: say('console.licenses.proofs'),
      cell: (license) => <Proofs license={license} />,
    },
    {
      key: 'actions',
      head: say('console.edit'),
      silent: true,
      shown: may('license.write'),
      cell: (license) => <LicenseActions license={license} />,
    },
  ];
}

function Proofs({ license }: { license: License }) {
  const take = async (termId: string) => {
    const { name, type, content } = await call(routes.getProof, { params: { licenseId: license.id, termId } });
    download(
      Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
      type,
      name,
    );
  };
  return (
    <Stack gap={2} align="flex-start">
      {license.terms
        .filter(({ proof }) => proof)
        .map((term) => (
          <Button
            key={term.id}
            size="compact-xs"
            variant="subtle"
            title={`SHA-256 ${term.proof?.sha256}`}
            onClick={() => void take(term.id)}
          >
            {`${term.validFrom} – ${term.validTo}: ${term.proof?.name}`}
          </Button>
        ))}
    </Stack>
  );
}

function LicenseActions({ license }: { license: License }) {
  const say = usePhrase();
  if (license.state === 'retired') return null;
  const { product } = license;
  const retire = async (reason: string) => {
    await call(routes.retireLicense, { params: { licenseId: license.id }, body: { reason } });
    await refreshLicenses();
  };
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <DialogButton
        label={say('console.licenses.renew')}
        title={say('console.licenses.renewTitle', { product })}
        button={{ size: 'compact-sm', variant: 'default' }}
      >
        {(close) => <RenewForm license={license} onDone={close} />}
      </DialogButton>
      <ConfirmButton
        label={say('console.licenses.retire')}
        text={say('console.licenses.retireText', { product })}
        reasonLabel={say('console.reason')}
        onConfirm={retire}
      />
    </Group>
  );
}
