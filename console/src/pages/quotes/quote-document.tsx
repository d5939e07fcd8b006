import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { type Quote, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { contactsQuery } from '../../queries.ts';

const paramsOf = ({ accountId, id }: Quote) => ({ accountId, quoteId: id });

/** The quote as a PDF, in the reader's language. */
export function DocumentButton({ quote }: { quote: Quote }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const take = useMutation({
    mutationFn: () => call(routes.getQuoteDocument, { params: paramsOf(quote), query: { language } }),
    onSuccess: ({ name, type, content }) =>
      download(
        Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
        type,
        name,
      ),
  });
  return (
    <Stack gap={4}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconDownload size={14} />}
        loading={take.isPending}
        onClick={() => take.mutate()}
      >
        {say('console.quotes.pdf')}
      </Button>
      <ErrorNotice error={take.error} />
    </Stack>
  );
}

export function SendButton({ quote }: { quote: Quote }) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.quotes.send')}
      title={`${say('console.quotes.send')} – ${quote.title}`}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <SendForm quote={quote} onDone={close} />}
    </DialogButton>
  );
}

function SendForm({ quote, onDone }: { quote: Quote; onDone: () => void }) {
  const say = usePhrase();
  const [chosen, setChosen] = useState<string[]>([]);
  const contacts = useQuery(contactsQuery(quote.accountId));
  const send = useMutation({
    mutationFn: () => call(routes.sendQuote, { params: paramsOf(quote), body: { contactIds: chosen } }),
    onSuccess: onDone,
  });
  return (
    <Loaded query={contacts}>
      {({ items }) => (
        <Stack gap="md">
          <Text size="sm">{say(items.length > 0 ? 'console.quotes.sendText' : 'console.quotes.sendNobody')}</Text>
          <Checkbox.Group value={chosen} onChange={setChosen} aria-label={say('console.quotes.sendText')}>
            <Stack gap="xs">
              {items.map(({ id, name, mail, bouncedAt }) => (
                <Checkbox key={id} value={id} label={say.bracket(name, mail)} disabled={bouncedAt !== undefined} />
              ))}
            </Stack>
          </Checkbox.Group>
          <ErrorNotice error={send.error} />
          <Group justify="flex-end">
            <Button disabled={chosen.length === 0} loading={send.isPending} onClick={() => send.mutate()}>
              {say('console.quotes.send')}
            </Button>
          </Group>
        </Stack>
      )}
    </Loaded>
  );
}
