import { Button, Group, Text } from '@mantine/core';
import { type Account, type Contact, contactPurposes, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Dialog, DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconMail, IconMailX, IconPlus } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { contactsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { ChangeRecipients } from '../recipients/change-recipients.tsx';
import { ContactDigestLine } from './contact-digest.tsx';
import { ContactForm } from './contact-form.tsx';

const compact = { size: 'compact-sm', variant: 'default' } as const;

/** Who at the customer receives which mail, in which language, and whether the address still works. */
export function Contacts({ account }: { account: Account }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(contactsQuery(account.id));
  const [edited, setEdited] = useState<Contact | 'new'>();
  const close = () => setEdited(undefined);
  const add = may('contact.write') && (
    <Group gap={6}>
      {(query.data?.items.length ?? 0) > 0 && (
        <DialogButton label={say('console.recipients.change')} size="lg" button={compact}>
          {(done) => <ChangeRecipients accountId={account.id} contacts={query.data?.items ?? []} onDone={done} />}
        </DialogButton>
      )}
      <Button {...compact} leftSection={<IconPlus size={15} />} onClick={() => setEdited('new')}>
        {say('console.contacts.add')}
      </Button>
    </Group>
  );
  return (
    <Card title={say('console.contacts.title', { account: account.name })} actions={add} flush>
      <Loaded query={query}>
        {({ items }) => (
          <>
            {items.length === 0 && (
              <EmptyState icon={IconMail} title={say('console.contacts.none')}>
                {say('console.contacts.noneText')}
              </EmptyState>
            )}
            {items.length > 0 && !items.some((contact) => contact.purposes.includes('alerts')) && (
              <div className="card-body">
                <Notice tone="warn">{say('console.contacts.noAlerts')}</Notice>
              </div>
            )}
            {items.map((contact) => (
              <ContactEntry key={contact.id} contact={contact} onEdit={() => setEdited(contact)} />
            ))}
          </>
        )}
      </Loaded>
      <Dialog
        opened={edited !== undefined}
        onClose={close}
        title={say(edited === 'new' ? 'console.contacts.add' : 'console.contacts.edit')}
      >
        {edited && (
          <ContactForm accountId={account.id} contact={edited === 'new' ? undefined : edited} onDone={close} />
        )}
      </Dialog>
    </Card>
  );
}

function ContactEntry({ contact, onEdit }: { contact: Contact; onEdit: () => void }) {
  const say = usePhrase();
  const { may } = useSession();
  const remove = async () => {
    await call(routes.deleteContact, { params: { accountId: contact.accountId, contactId: contact.id } });
    await queryClient.invalidateQueries({ queryKey: ['contact'] });
  };
  return (
    <div className="module">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} size="sm">
            {contact.name}
          </Text>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {contact.mail}
          </Text>
          <Group gap={6} mt={4}>
            <StateBadge tone="idle">{say(`console.languageName.${contact.language}`)}</StateBadge>
            {contactPurposes
              .filter((purpose) => contact.purposes.includes(purpose))
              .map((purpose) => (
                <StateBadge key={purpose} tone="info">
                  {say(`console.purpose.${purpose}`)}
                </StateBadge>
              ))}
          </Group>
        </div>
        {may('contact.write') && (
          <Group gap={6} wrap="nowrap">
            <Button size="compact-sm" variant="default" onClick={onEdit}>
              {say('console.edit')}
            </Button>
            <ConfirmButton
              label={say('console.remove')}
              text={say('console.contacts.removeText', { name: contact.name })}
              onConfirm={remove}
            />
          </Group>
        )}
      </Group>
      {contact.purposes.includes('alerts') && <ContactDigestLine contact={contact} />}
      {contact.bouncedAt && (
        <div style={{ marginTop: '0.5rem' }}>
          <StateBadge tone="bad" icon={IconMailX}>
            {say('console.noticeState.bounced')}
          </StateBadge>{' '}
          <Text span size="sm">
            <Time at={contact.bouncedAt} relative /> {contact.bounceReason}
          </Text>
          <Text size="xs" className="dim">
            {say('console.contacts.bouncedText')}
          </Text>
        </div>
      )}
    </div>
  );
}
