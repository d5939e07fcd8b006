import { Button, Stack, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { Door } from '../sign-in/door.tsx';

/**
 * Where the link of a mail leads (S46). The secret stands behind `#`, which no server or log sees. Opening the page changes nothing, for mail
 * programs open links by themselves: the button answers.
 */
export function AnswerPage() {
  const say = usePhrase();
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  if (!/^[\w-]{20,200}$/.test(secret))
    return (
      <Door title={say('console.answer.title')}>
        <Notice tone="warn">{say('console.answer.missing')}</Notice>
      </Door>
    );
  return (
    <Door title={say('console.answer.title')}>
      <Question secret={secret} />
    </Door>
  );
}

function Question({ secret }: { secret: string }) {
  const say = usePhrase();
  const query = useQuery({ ...ask(['answer', secret], routes.lookAtQuestion, { body: { secret } }), retry: false });
  const answer = useMutation({ mutationFn: () => call(routes.answerQuestion, { body: { secret } }) });
  if (answer.data) return <Notice tone="good">{say('console.answer.done')}</Notice>;
  return (
    <Loaded query={query}>
      {(question) => (
        <Stack gap="sm">
          <Text size="sm">
            {say('console.answer.text', {
              host: question.hostName,
              account: question.accountName,
              number: question.alertNumber,
            })}
          </Text>
          <FactList
            facts={[
              [say('console.answer.cause'), say.or('liveness.cause', question.cause)],
              [say('console.answer.since'), <Time key="since" at={question.silentSince} zone />],
            ]}
          />
          <ErrorNotice error={answer.error} />
          {question.isOpen ? (
            <Button loading={answer.isPending} onClick={() => answer.mutate()} fullWidth>
              {say('console.answer.button')}
            </Button>
          ) : (
            <Notice tone="idle">{say('console.answer.over')}</Notice>
          )}
          <Text size="xs" className="dim">
            {question.provider}
          </Text>
        </Stack>
      )}
    </Loaded>
  );
}
