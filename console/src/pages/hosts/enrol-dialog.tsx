import { SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { ButtonLink } from '../../parts/links.tsx';
import { useAccounts } from '../../session.tsx';
import { ScriptForm } from './script-form.tsx';
import { TokenForm } from './token-form.tsx';
import { TokenList } from './token-list.tsx';

/** Opens the dialog that lets hosts in: one by a token, many by a script. */
export function EnrolButton({ account }: { account: string | undefined }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.enrol.title')} size="lg" button={{ leftSection: <IconPlus size={16} /> }}>
      {() => <EnrolForm account={account} />}
    </DialogButton>
  );
}

function EnrolForm({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [chosen, setChosen] = useState<string | null>(account ?? null);
  const [way, setWay] = useState<'token' | 'script'>('token');
  const accountId = chosen ?? (accounts.length === 1 ? accounts[0]?.id : undefined);
  if (accounts.length === 0) return <NoAccounts />;
  return (
    <Stack>
      <SegmentedControl
        aria-label={say('console.enrol.way')}
        value={way}
        onChange={(value) => setWay(value as typeof way)}
        data={[
          { value: 'token', label: say('console.enrol.oneHost') },
          { value: 'script', label: say('console.enrol.manyHosts') },
        ]}
      />
      <Select
        label={say('console.account')}
        data={accounts.map((each) => ({ value: each.id, label: each.name }))}
        value={accountId ?? null}
        onChange={setChosen}
        allowDeselect={false}
        required
        searchable
      />
      {way === 'token' && <TokenForm key={accountId} accountId={accountId} />}
      {way === 'script' && accountId && <ScriptForm key={accountId} accountId={accountId} />}
      {accountId && <TokenList accountId={accountId} />}
    </Stack>
  );
}

function NoAccounts() {
  const say = usePhrase();
  return (
    <Stack>
      <Text size="sm">{say('console.enrol.noAccounts')}</Text>
      <ButtonLink to="/settings/accounts" style={{ alignSelf: 'flex-start' }}>
        {say('console.nav.accounts')}
      </ButtonLink>
    </Stack>
  );
}
