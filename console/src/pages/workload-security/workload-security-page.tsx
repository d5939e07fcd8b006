import { Stack } from '@mantine/core';
import type { Account } from '@sakimori/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { useSession } from '../../session.tsx';
import { Connection } from './connection.tsx';
import { CreateWorkloadKeyButton } from './create-workload-key.tsx';
import { WorkloadKeys } from './workload-keys.tsx';

export type HandedSecret = { readonly name: string; readonly secret: string };
const route = getRouteApi('/frame/settings/workload-security');

/** How programs reach the API of an account's configuration, and the keys with which they do. */
export function WorkloadSecurityPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  return (
    <Page
      title={say('console.nav.workloadSecurity')}
      subtitle={say('console.workload.subtitle')}
      actions={
        <AccountFilter
          value={account?.id}
          onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          required
        />
      }
    >
      <OfAccount wanted={search.account}>{(shown) => <KeysOf key={shown.id} account={shown} />}</OfAccount>
    </Page>
  );
}

function KeysOf({ account }: { account: Account }) {
  const say = usePhrase();
  const { may } = useSession();
  const [handed, setHanded] = useState<HandedSecret>();
  const toServiceKeys = may('key.write') && (
    <TextLink to="/settings/keys" size="sm">
      {say('console.workload.serviceKeys')}
    </TextLink>
  );
  return (
    <Stack>
      <Notice tone="info" actions={toServiceKeys}>
        {say('console.workload.difference')}
      </Notice>
      <WorkloadKeys
        accountId={account.id}
        onSecret={setHanded}
        actions={may('apikey.write') && <CreateWorkloadKeyButton accountId={account.id} onSecret={setHanded} />}
      />
      <Connection />
      <Dialog
        opened={handed !== undefined}
        onClose={() => setHanded(undefined)}
        title={handed && say('console.workload.secretOf', { name: handed.name })}
        size="lg"
      >
        {handed && (
          <Stack gap="sm">
            <Notice tone="watch">{say('console.workload.once')}</Notice>
            <CopyField value={handed.secret} label={handed.name} />
          </Stack>
        )}
      </Dialog>
    </Stack>
  );
}
