import { Group, Stack } from '@mantine/core';
import { type Person, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { formatDate } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { useAccountName } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { IconShieldCheck, IconShieldOff } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { peopleQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { InviteButton } from './invite-dialog.tsx';

export type HandedLink = { readonly name: string; readonly link: string };

/** Who may sign in, with which role. */
export function PeoplePage() {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(peopleQuery);
  const [handed, setHanded] = useState<HandedLink>();
  return (
    <Page
      title={say('console.nav.people')}
      subtitle={say('console.people.subtitle')}
      actions={may('person.write') && <InviteButton onInvited={setHanded} />}
    >
      <Card flush>
        <Loaded query={query}>{({ items }) => <PeopleTable people={items} onLink={setHanded} />}</Loaded>
      </Card>
      <Dialog
        opened={handed !== undefined}
        onClose={() => setHanded(undefined)}
        title={say('console.people.link')}
        size="lg"
      >
        {handed && (
          <Stack gap="sm">
            <Notice tone="watch">{say('console.people.linkText', { name: handed.name })}</Notice>
            <CopyField value={handed.link} label={say('console.people.link')} />
          </Stack>
        )}
      </Dialog>
    </Page>
  );
}

function PeopleTable({ people, onLink }: { people: readonly Person[]; onLink: (handed: HandedLink) => void }) {
  const say = usePhrase();
  const accountName = useAccountName();
  const { may } = useSession();
  const columns: Column<Person>[] = [
    {
      key: 'name',
      head: say('console.person.name'),
      cell: (person) => (
        <div>
          <strong>{person.name}</strong>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {person.mail}
          </div>
        </div>
      ),
    },
    { key: 'role', head: say('console.person.role'), cell: (person) => say(`role.${person.role}`) },
    {
      key: 'account',
      head: say('console.account'),
      cell: (person) => (person.accountId ? accountName(person.accountId) : say('console.people.provider')),
    },
    { key: 'state', head: say('console.alerts.state'), cell: (person) => <PersonState person={person} /> },
    { key: 'added', head: say('console.person.createdAt'), width: 110, cell: (person) => formatDate(person.createdAt) },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      shown: may('person.write'),
      align: 'right',
      cell: (person) => <PersonActs person={person} onLink={onLink} />,
    },
  ];
  return <DataTable label={say('console.nav.people')} columns={columns} rows={people} rowKey={(person) => person.id} />;
}

function PersonState({ person }: { person: Person }) {
  const say = usePhrase();
  if (person.disabledAt) return <StateBadge tone="idle">{say('console.people.disabled')}</StateBadge>;
  return (
    <Group gap={4}>
      {!person.passwordSet && <StateBadge tone="watch">{say('console.people.invited')}</StateBadge>}
      <StateBadge
        tone={person.totpEnabled ? 'good' : 'idle'}
        icon={person.totpEnabled ? IconShieldCheck : IconShieldOff}
      >
        {say(person.totpEnabled ? 'console.people.totpOn' : 'console.people.totpOff')}
      </StateBadge>
    </Group>
  );
}

function PersonActs({ person, onLink }: { person: Person; onLink: (handed: HandedLink) => void }) {
  const say = usePhrase();
  const session = useSession();
  if (person.disabledAt) return null;
  const params = { personId: person.id };
  return (
    <Group gap={6} justify="flex-end">
      <ConfirmButton
        label={say('console.people.newLink')}
        text={say('console.people.newLinkText', { name: person.name })}
        onConfirm={async () => onLink({ name: person.name, link: (await call(routes.issueLink, { params })).link })}
      />
      {person.id !== session.person.id && (
        <ConfirmButton
          label={say('console.people.disable')}
          text={say('console.people.disableText', { name: person.name })}
          onConfirm={async () => {
            await call(routes.disablePerson, { params });
            await queryClient.invalidateQueries({ queryKey: ['person'] });
          }}
        />
      )}
    </Group>
  );
}
