import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { type Contact, type ContactDigest, type ContactDigestInput, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { digestsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

/** How mail about alerts to a contact is bundled, and the way to change it. */
export function ContactDigestLine({ contact }: { contact: Contact }) {
  const say = usePhrase();
  const { may } = useSession();
  const items = useQuery(digestsQuery(contact.accountId)).data?.items ?? [];
  const digest = items.find(({ contactId }) => contactId === contact.id);
  if (!digest) return null;
  const shown = say('console.digest.shown', { count: digest.singlesMax, minutes: digest.windowMinutes });
  return (
    <Group gap="xs" mt={6}>
      <Text size="xs" className="dim">
        {shown}
        {digest.held > 0 && ` · ${say('console.digest.held', { count: digest.held })}`}
      </Text>
      {may('contact.write') && (
        <DialogButton
          label={say('console.digest.title')}
          title={say('console.digest.title')}
          button={{ size: 'compact-xs', variant: 'subtle' }}
        >
          {(close) => <DigestForm contact={contact} digest={digest} onDone={close} />}
        </DialogButton>
      )}
    </Group>
  );
}

type FormProps = { readonly contact: Contact; readonly digest: ContactDigest; readonly onDone: () => void };

function DigestForm({ contact, digest, onDone }: FormProps) {
  const say = usePhrase();
  const [singlesMax, setSingles] = useState(digest.singlesMax);
  const [windowMinutes, setWindow] = useState(digest.windowMinutes);
  const save = useMutation({
    mutationFn: (body: ContactDigestInput) =>
      call(routes.setContactDigest, { params: { accountId: contact.accountId, contactId: contact.id }, body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['contact', 'digests'] });
      onDone();
    },
  });
  return (
    <Stack>
      <Text size="sm">{say('console.digest.hint')}</Text>
      <Group grow>
        <NumberInput
          label={say('console.digest.singles')}
          min={0}
          max={1000}
          value={singlesMax}
          onChange={(value) => setSingles(typeof value === 'number' ? value : 0)}
        />
        <NumberInput
          label={say('console.digest.window')}
          min={1}
          max={60}
          value={windowMinutes}
          onChange={(value) => setWindow(typeof value === 'number' ? value : 1)}
        />
      </Group>
      <ErrorNotice error={save.error} />
      <Group>
        <Button loading={save.isPending} onClick={() => save.mutate({ singlesMax, windowMinutes })}>
          {say('console.save')}
        </Button>
        {!digest.isDefault && (
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate({})}>
            {say('console.digest.default')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
