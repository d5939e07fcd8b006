import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconSend } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { useSession } from '../../session.tsx';

/** Sends a mail through the stored settings and shows what the server answered, word for word. */
export function TestMail() {
  const say = usePhrase();
  const { person } = useSession();
  const [to, setTo] = useState<string>(person.mail);
  const test = useMutation({ mutationFn: () => call(routes.sendTestMail, { body: { to: to.trim() } }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    test.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.testMail.text')}</Text>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={say('console.mail.to')}
            type="email"
            required
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button type="submit" variant="default" leftSection={<IconSend size={16} />} loading={test.isPending}>
            {say('console.testMail.send')}
          </Button>
        </Group>
        {test.data && (
          <Notice tone="good">
            {say('console.testMail.accepted')}
            <div>
              <code>{test.data.response}</code>
            </div>
          </Notice>
        )}
        <ErrorNotice error={test.error} />
      </Stack>
    </form>
  );
}
