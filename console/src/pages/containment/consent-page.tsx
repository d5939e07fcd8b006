import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type ConsentQuestion, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { Door } from '../sign-in/door.tsx';
import { Effect } from './effect.tsx';

/**
 * Where the customer consents (S73). The secret stands behind `#`, which no server or log sees. Opening the page changes nothing, for mail programs open
 * links by themselves; an answer takes the code that the contact gets in another mail.
 */
export function ConsentPage() {
  const say = usePhrase();
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  return (
    <Door title={say('console.consent.title')}>
      {/^[\w-]{20,200}$/.test(secret) ? (
        <Question secret={secret} />
      ) : (
        <Notice tone="warn">{say('console.consent.missing')}</Notice>
      )}
    </Door>
  );
}

function Question({ secret }: { secret: string }) {
  const query = useQuery({ ...ask(['consent', secret], routes.lookAtConsent, { body: { secret } }), retry: false });
  const [latest, setLatest] = useState<ConsentQuestion>();
  return (
    <Loaded query={query}>
      {(question) => <Asked secret={secret} question={latest ?? question} onChange={setLatest} />}
    </Loaded>
  );
}

type AskedProps = { secret: string; question: ConsentQuestion; onChange: (question: ConsentQuestion) => void };

function Asked({ secret, question, onChange }: AskedProps) {
  const say = usePhrase();
  const { language, chosen, chooseLanguage } = useLanguage();
  // In the language in which the contact gets mails, unless this browser has chosen one.
  useEffect(() => {
    if (!chosen) chooseLanguage(question.language);
  }, [chosen, chooseLanguage, question.language]);
  const { playbook, hostName, accountName } = question;
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.consent.intro', { who: question.who, host: hostName, account: accountName })}</Text>
      <FactList
        facts={[
          [say('console.contain.playbook'), playbook.name[language]],
          [say('console.contain.effect'), playbook.effect[language]],
          [
            say('console.contain.target'),
            question.scope === 'account'
              ? say('console.contain.allHosts', { account: accountName, count: question.preview.hostCount })
              : hostName,
          ],
          [say('console.contain.source'), question.source],
          [
            say('console.contain.limit'),
            question.minutes !== undefined && say('console.contain.minutesShown', { minutes: question.minutes }),
          ],
          [say('console.contain.reason'), question.reason],
          [
            say('console.consent.until'),
            question.state === 'open' && <Time key="until" at={question.expiresAt} zone />,
          ],
        ]}
      />
      <Effect preview={question.preview} connections={question.connections} />
      {question.state === 'open' ? (
        <Answer secret={secret} question={question} onChange={onChange} />
      ) : (
        <Outcome question={question} />
      )}
      <Text size="xs" className="dim">
        {question.provider}
      </Text>
    </Stack>
  );
}

function Outcome({ question: { state, answer } }: { question: ConsentQuestion }) {
  const say = usePhrase();
  if (state === 'answered')
    return <Notice tone="good">{say(answer === 'no' ? 'console.consent.doneNo' : 'console.consent.doneYes')}</Notice>;
  if (state === 'open') return null;
  return <Notice tone={state === 'locked' ? 'warn' : 'idle'}>{say(`console.consent.${state}`)}</Notice>;
}

function Answer({ secret, question, onChange }: AskedProps) {
  const say = usePhrase();
  const [code, setCode] = useState('');
  const [reason, setReason] = useState('');
  const mail = question.mailShown;
  const send = useMutation({
    mutationFn: () => call(routes.sendConsentCode, { body: { secret } }),
    onSuccess: onChange,
  });
  const answer = useMutation({
    mutationFn: (given: 'yes' | 'no') =>
      call(routes.answerConsent, {
        body: { secret, code: code.trim(), answer: given, ...(reason.trim() ? { reason: reason.trim() } : {}) },
      }),
    onSuccess: onChange,
  });
  if (!question.codeSentAt)
    return (
      <Stack gap="sm">
        <Text size="sm">{say('console.consent.codeText', { mail })}</Text>
        <ErrorNotice error={send.error} />
        <Button loading={send.isPending} onClick={() => send.mutate()} fullWidth>
          {say('console.consent.sendCode')}
        </Button>
      </Stack>
    );
  const isCode = /^\d{6}$/.test(code.trim());
  return (
    <Stack gap="sm">
      <Notice tone="info">{say('console.consent.codeSent', { mail })}</Notice>
      <TextInput
        label={say('console.consent.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={code}
        onChange={({ currentTarget }) => setCode(currentTarget.value)}
      />
      <Textarea
        label={say('console.consent.reason')}
        description={say('console.consent.reasonHint')}
        maxLength={300}
        autosize
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <ErrorNotice error={answer.error ?? send.error} />
      <Group grow>
        <Button loading={answer.isPending} disabled={!isCode} onClick={() => answer.mutate('yes')}>
          {say('console.consent.yes')}
        </Button>
        <Button
          variant="default"
          loading={answer.isPending}
          disabled={!isCode || !reason.trim()}
          onClick={() => answer.mutate('no')}
        >
          {say('console.consent.no')}
        </Button>
      </Group>
      <Button variant="subtle" size="compact-sm" loading={send.isPending} onClick={() => send.mutate()}>
        {say('console.consent.sendAgain')}
      </Button>
    </Stack>
  );
}
