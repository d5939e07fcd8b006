import { Button, Group, NumberInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { routes, webFeedFormats } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { queryClient } from '../../session.tsx';

type Format = (typeof webFeedFormats)[number];

/** Adds a feed for all accounts, or where one is chosen, a list of its own. */
export function AddFeed({ accountId }: { accountId: string | undefined }) {
  const say = usePhrase();
  const [opened, setOpened] = useState(false);
  const [values, setValues] = useState({
    name: '',
    url: '',
    text: '',
    format: 'list' as Format,
    category: 'malware',
    score: 90,
  });
  const set = (more: Partial<typeof values>) => setValues((before) => ({ ...before, ...more }));
  const add = useMutation({
    mutationFn: () => {
      const { url, text, ...rest } = values;
      const source = accountId === undefined && url.trim() !== '' ? { url: url.trim() } : { text };
      return call(routes.addWebFeed, { body: { ...rest, ...source, ...(accountId ? { accountId } : {}) } });
    },
    onSuccess: async () => {
      setOpened(false);
      await queryClient.invalidateQueries({ queryKey: ['webfeed'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <>
      <Button size="sm" leftSection={<IconPlus size={16} />} onClick={() => setOpened(true)}>
        {say(accountId ? 'console.web.addOwn' : 'console.web.add')}
      </Button>
      <Dialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={say(accountId ? 'console.web.addOwn' : 'console.web.add')}
      >
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{say(accountId ? 'console.web.addOwnText' : 'console.web.addText')}</Text>
            <TextInput
              label={say('console.web.name')}
              required
              maxLength={200}
              value={values.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
            {accountId === undefined && (
              <TextInput
                label={say('console.web.url')}
                description={say('console.web.urlText')}
                type="url"
                value={values.url}
                onChange={(event) => set({ url: event.currentTarget.value })}
              />
            )}
            <Textarea
              label={say('console.web.lines')}
              autosize
              minRows={4}
              maxRows={12}
              disabled={accountId === undefined && values.url.trim() !== ''}
              value={values.text}
              onChange={(event) => set({ text: event.currentTarget.value })}
            />
            <Group grow align="flex-start">
              <Select
                label={say('console.web.format')}
                data={webFeedFormats.map((value) => ({ value, label: say(`console.web.format.${value}`) }))}
                value={values.format}
                allowDeselect={false}
                onChange={(next) => set({ format: webFeedFormats.find((one) => one === next) ?? 'list' })}
              />
              <NumberInput
                label={say('console.web.score')}
                min={0}
                max={100}
                value={values.score}
                onChange={(next) => set({ score: Number(next) })}
              />
              <TextInput
                label={say('console.web.category')}
                value={values.category}
                onChange={(event) => set({ category: event.currentTarget.value })}
              />
            </Group>
            <ErrorNotice error={add.error} />
            <Group justify="flex-end">
              <Button type="submit" loading={add.isPending}>
                {say('console.web.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}
