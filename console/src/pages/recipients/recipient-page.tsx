import { Button, Group, Stack, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ask } from '../../queries.ts';
import { Door } from '../sign-in/door.tsx';

/**
 * Where the mail to a new recipient leads (S55). The secret stands behind `#`, which no server or log sees. Opening the page changes nothing: the
 * buttons answer.
 */
export function RecipientPage() {
  const say = usePhrase();
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  return (
    <Door title={say('console.recipient.title')}>
      {/^[\w-]{43}$/.test(secret) ? (
        <Question secret={secret} />
      ) : (
        <Notice tone="warn">{say('console.recipient.missing')}</Notice>
      )}
    </Door>
  );
}

function Question({ secret }: { secret: string }) {
  const say = usePhrase();
  const query = useQuery({ ...ask(['recipient', secret], routes.lookAtRecipient, { body: { secret } }), retry: false });
  const answer = useMutation({
    mutationFn: (word: 'yes' | 'no') => call(routes.answerRecipient, { body: { secret, answer: word } }),
  });
  return (
    <Loaded query={query}>
      {(looked) => {
        const { state, provider, accountName, mail, purposes } = answer.data ?? looked;
        if (state === 'confirmed') return <Notice tone="good">{say('console.recipient.confirmed')}</Notice>;
        if (state !== 'open') return <Notice tone="idle">{say(`console.recipient.${state}`)}</Notice>;
        return (
          <Stack gap="sm">
            <Text size="sm">{say('console.recipient.text', { account: accountName })}</Text>
            <FactList
              facts={[
                [say('console.recipient.mail'), mail],
                [
                  say('console.recipient.purposes'),
                  purposes.map((purpose) => say(`console.purpose.${purpose}`)).join(say('mail.recipients.comma')),
                ],
              ]}
            />
            <ErrorNotice error={answer.error} />
            <Group grow>
              <Button variant="default" disabled={answer.isPending} onClick={() => answer.mutate('no')}>
                {say('console.recipient.no')}
              </Button>
              <Button loading={answer.isPending} onClick={() => answer.mutate('yes')}>
                {say('console.recipient.yes')}
              </Button>
            </Group>
            <Text size="xs" className="dim">
              {provider}
            </Text>
          </Stack>
        );
      }}
    </Loaded>
  );
}
