import { Button, FileInput, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { routes, type WebFeed } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient } from '../../session.tsx';

/** Puts another list, or another address, in the place of what a feed has. What was there stays in force where the new one cannot be read. */
export function ReplaceFeed({ feed }: { feed: WebFeed }) {
  const say = usePhrase();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState('');
  const [url, setUrl] = useState('');
  const isFetched = feed.url !== undefined;
  const replace = useMutation({
    mutationFn: () =>
      call(routes.replaceWebFeed, {
        params: { feedId: feed.id },
        body: isFetched ? { url: url.trim() } : { text },
      }),
    onSuccess: async () => {
      setOpened(false);
      setText('');
      setUrl('');
      await queryClient.invalidateQueries({ queryKey: ['webfeed'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace.mutate();
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        {say('console.web.replace')}
      </Button>
      <Dialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={say('console.web.replaceOf', { name: feed.name })}
      >
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{say(isFetched ? 'console.web.replaceUrlText' : 'console.web.replaceText')}</Text>
            {isFetched ? (
              <TextInput
                label={say('console.web.url')}
                description={say('console.web.urlText')}
                type="url"
                required
                maxLength={2048}
                value={url}
                onChange={(event) => setUrl(event.currentTarget.value)}
              />
            ) : (
              <>
                <FileInput
                  label={say('console.web.file')}
                  placeholder={say('console.web.fileNone')}
                  clearable
                  onChange={(file) => void file?.text().then(setText)}
                />
                <Textarea
                  label={say('console.web.lines')}
                  autosize
                  minRows={4}
                  maxRows={12}
                  required
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
              </>
            )}
            <ErrorNotice error={replace.error} />
            <Group justify="flex-end">
              <Button type="submit" loading={replace.isPending}>
                {say('console.web.replaceSubmit')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
