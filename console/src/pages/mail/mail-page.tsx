import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Page } from '../../parts/page.tsx';
import { CaughtMails } from './caught-mails.tsx';
import { Outbox } from './outbox.tsx';

const route = getRouteApi('/frame/mail');
const views = ['outbox', 'caught'] as const;

/** What was sent to whom, and what the built-in catcher took. */
export function MailPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = search.view ?? 'outbox';
  const choose = (next: string) =>
    void navigate({ search: { view: views.find((each) => each === next), account: search.account } });
  return (
    <Page
      title={say('console.nav.mail')}
      subtitle={say(`console.mail.${view}.text`)}
      actions={
        <>
          {view === 'outbox' && (
            <AccountFilter
              value={search.account}
              onChange={(account) => void navigate({ search: { ...search, account } })}
            />
          )}
          <SegmentedControl
            size="sm"
            value={view}
            onChange={choose}
            aria-label={say('console.nav.mail')}
            data={views.map((value) => ({ value, label: say(`console.mail.${value}`) }))}
          />
        </>
      }
    >
      {view === 'outbox' ? (
        <Outbox account={search.account} />
      ) : (
        <CaughtMails selected={search.mail} onSelect={(mail) => void navigate({ search: { view: 'caught', mail } })} />
      )}
    </Page>
  );
}
