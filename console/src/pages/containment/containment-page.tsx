import { Checkbox, MultiSelect, Stack, Text } from '@mantine/core';
import { type ContainmentSettingShown, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconShieldOff } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { contactsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { containmentRequestsQuery, containmentSettingQuery, playbooksQuery } from './queries.ts';
import { DeedForm } from './request-actions.tsx';
import { RequestCard } from './request-card.tsx';
import { StandingConsents } from './standing-consents.tsx';

const route = getRouteApi('/frame/containment');

/** What is proposed, consented to, running and over (S73–S76); the account's standing consents; the playbooks that can be chosen. */
export function ContainmentPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  const { may, isProvider } = useSession();
  return (
    <Page
      title={say('console.nav.containment')}
      subtitle={say('console.contain.subtitle')}
      actions={
        <>
          <AccountFilter
            required
            value={account?.id}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {account && may('containment.run') && (
            <DialogButton
              label={say('console.contain.setting')}
              title={say('console.contain.settingTitle')}
              button={{ size: 'sm', variant: 'default' }}
            >
              {(close) => <Setting accountId={account.id} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <OfAccount wanted={search.account}>
        {({ id }) => (
          <Stack gap="md">
            <Requests accountId={id} />
            <StandingConsents accountId={id} />
            {isProvider && <Catalogue />}
          </Stack>
        )}
      </OfAccount>
    </Page>
  );
}

function Requests({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(containmentRequestsQuery({ accountId }));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Card>
            <EmptyState icon={IconShieldOff} title={say('console.contain.none')}>
              {say('console.contain.noneText')}
            </EmptyState>
          </Card>
        ) : (
          <section aria-label={say('console.contain.requests')}>
            <Stack gap="md">
              {items.map((request) => (
                <RequestCard key={request.id} request={request} />
              ))}
            </Stack>
          </section>
        )
      }
    </Loaded>
  );
}

/** The playbooks that can be chosen, and files that cannot be used. */
function Catalogue() {
  const say = usePhrase();
  const { language } = useLanguage();
  const query = useQuery(playbooksQuery);
  return (
    <Loaded query={query}>
      {({ items, faults }) => (
        <Card title={say('console.contain.catalogue')}>
          <Stack gap="xs">
            {faults.length > 0 && (
              <Notice tone="warn">
                {say('console.contain.faults')}
                <ul style={{ margin: '0.25rem 0 0' }}>
                  {faults.map(({ file, faults: found }) => (
                    <li key={file}>
                      <code>{file}</code>: {found.join('; ')}
                    </li>
                  ))}
                </ul>
              </Notice>
            )}
            {items.map((playbook) => (
              <Text size="sm" key={playbook.id}>
                <strong>{playbook.name[language]}</strong> <code>{playbook.id}</code>{' '}
                {say(playbook.isShipped ? 'console.contain.shipped' : 'console.contain.own')}
                <br />
                {playbook.summary[language]}
              </Text>
            ))}
          </Stack>
        </Card>
      )}
    </Loaded>
  );
}

function Setting({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const query = useQuery(containmentSettingQuery(accountId));
  return (
    <Loaded query={query}>
      {(setting) => <SettingForm accountId={accountId} setting={setting} onDone={onDone} />}
    </Loaded>
  );
}

type SettingProps = { accountId: string; setting: ContainmentSettingShown; onDone: () => void };

function SettingForm({ accountId, setting, onDone }: SettingProps) {
  const say = usePhrase();
  const contacts = useQuery(contactsQuery(accountId)).data?.items ?? [];
  const [fourEyes, setFourEyes] = useState(setting.fourEyes);
  const [alwaysConsent, setAlwaysConsent] = useState(setting.alwaysConsent);
  const [contactIds, setContactIds] = useState<string[]>(setting.contactIds);
  return (
    <DeedForm
      label={say('console.contain.save')}
      onDone={onDone}
      isReady
      run={() =>
        call(routes.putContainmentSetting, { params: { accountId }, body: { fourEyes, alwaysConsent, contactIds } })
      }
    >
      <Checkbox
        label={say('console.contain.settingEyes')}
        checked={fourEyes}
        onChange={({ currentTarget }) => setFourEyes(currentTarget.checked)}
      />
      <Checkbox
        label={say('console.contain.settingAlways')}
        description={setting.clause && say('console.contain.settingEdition', { clause: setting.clause })}
        checked={alwaysConsent || setting.clause !== undefined}
        disabled={setting.clause !== undefined}
        onChange={({ currentTarget }) => setAlwaysConsent(currentTarget.checked)}
      />
      <MultiSelect
        label={say('console.contain.settingContacts')}
        description={say('console.contain.settingContactsHint')}
        data={contacts.map(({ id, name, mail }) => ({ value: id, label: `${name} (${mail})` }))}
        value={contactIds}
        onChange={setContactIds}
      />
    </DeedForm>
  );
}
