import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { decisionWays, type Quote, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { DocumentButton, SendButton } from './quote-document.tsx';

const refresh = () => queryClient.invalidateQueries({ queryKey: ['quote'] });

/** The next steps of a quote. A customer decides in the own name; staff record who decided at the customer, and how it came. */
export function QuoteActions({ quote }: { quote: Quote }) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { accountId: quote.accountId, quoteId: quote.id };
  const withdraw = async (reason: string) => {
    await call(routes.withdrawQuote, { params, body: { reason } });
    await refresh();
  };
  const isOpen = quote.state === 'offered';
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <DocumentButton quote={quote} />
      {isOpen && may('contract.write') && <SendButton quote={quote} />}
      {isOpen && may('contract.agree') && (
        <>
          <DecideButton quote={quote} decision="approved" />
          <DecideButton quote={quote} decision="declined" />
        </>
      )}
      {(isOpen || quote.state === 'expired') && may('contract.write') && (
        <ConfirmButton
          label={say('console.quotes.withdraw')}
          text={say('console.quotes.withdrawText', { number: quote.number })}
          reasonLabel={say('console.reason')}
          onConfirm={withdraw}
        />
      )}
      {quote.state === 'approved' && quote.work !== 'done' && may('contract.write') && <WorkButton quote={quote} />}
    </Group>
  );
}

function DecideButton({ quote, decision }: { quote: Quote; decision: 'approved' | 'declined' }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const [by, setBy] = useState('');
  const [how, setHow] = useState<(typeof decisionWays)[number]>('mail');
  const decide = async () => {
    const params = { accountId: quote.accountId, quoteId: quote.id };
    await call(routes.decideQuote, { params, body: { decision, ...(isProvider ? { by, how } : {}) } });
    await refresh();
  };
  const isApproval = decision === 'approved';
  const facts = { number: quote.number, title: quote.title, yen: quote.unitYen * quote.quantity };
  return (
    <ConfirmButton
      label={say(isApproval ? 'console.quotes.approve' : 'console.quotes.decline')}
      harmless={isApproval}
      text={
        <Stack gap="sm">
          <Text size="sm">{say(isApproval ? 'console.quotes.approveText' : 'console.quotes.declineText', facts)}</Text>
          {isProvider && (
            <>
              <TextInput
                label={say('console.quotes.by')}
                required
                value={by}
                onChange={(event) => setBy(event.currentTarget.value)}
              />
              <Select
                label={say('console.quotes.how')}
                data={decisionWays.map((way) => ({ value: way, label: say(`quoteWay.${way}`) }))}
                value={how}
                allowDeselect={false}
                onChange={(way) => setHow(decisionWays.find((each) => each === way) ?? 'mail')}
              />
            </>
          )}
        </Stack>
      }
      onConfirm={decide}
    />
  );
}

function WorkButton({ quote }: { quote: Quote }) {
  const say = usePhrase();
  const step = quote.work === 'none' ? 'started' : 'done';
  const work = useMutation({
    mutationFn: () =>
      call(routes.workOnQuote, { params: { accountId: quote.accountId, quoteId: quote.id }, body: { step } }),
    onSuccess: refresh,
  });
  return (
    <Stack gap={4}>
      <Button size="compact-sm" variant="default" loading={work.isPending} onClick={() => work.mutate()}>
        {say(step === 'started' ? 'console.quotes.start' : 'console.quotes.done')}
      </Button>
      <ErrorNotice error={work.error} />
    </Stack>
  );
}
