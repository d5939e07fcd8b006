import { Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { type Escalation, escalationChannels, type ReviewItem, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { refreshReviews } from './queries.ts';

const tones = { waiting: 'watch', answered: 'good', no_answer: 'idle' } as const;
type Props = { readonly item: ReviewItem; readonly reviewId: string; readonly mayTell: boolean };

/** Whom of the customer was told, with what they said, and the way to tell the next one. */
export function Escalations({ item, reviewId, mayTell }: Props) {
  const say = usePhrase();
  return (
    <Stack gap={4} mt={6}>
      {item.escalations.map((one) => (
        <Group key={one.id} gap={6}>
          <StateBadge tone={tones[one.outcome]}>{say(`escalation.${one.outcome}`)}</StateBadge>
          <Text size="xs">
            {say('console.review.told', { contact: one.contactName, channel: say(`escalation.${one.channel}`) })}
          </Text>
          <Text size="xs" className="dim">
            <Time at={one.at} />
          </Text>
          {one.answer && <Text size="xs">{one.answer}</Text>}
          {mayTell && one.outcome === 'waiting' && (
            <DialogButton label={say('console.review.noteAnswer')} button={{ size: 'compact-xs', variant: 'default' }}>
              {(close) => <AnswerForm item={item} reviewId={reviewId} escalation={one} onDone={close} />}
            </DialogButton>
          )}
        </Group>
      ))}
      {mayTell && (
        <div>
          <DialogButton label={say('console.review.escalate')} button={{ size: 'compact-sm' }} size="lg">
            {(close) => <TellForm item={item} reviewId={reviewId} onDone={close} />}
          </DialogButton>
        </div>
      )}
    </Stack>
  );
}

const outcomes = ['answered', 'no_answer'] as const;

function TellForm({ item, reviewId, onDone }: Omit<Props, 'mayTell'> & { onDone: () => void }) {
  const say = usePhrase();
  const [channel, setChannel] = useState<(typeof escalationChannels)[number]>('mail');
  const [outcome, setOutcome] = useState<(typeof outcomes)[number]>('answered');
  const [message, setMessage] = useState(() => say.or('template.review.action_needed', item.alert.module));
  const [answer, setAnswer] = useState('');
  const telling = useMutation({
    mutationFn: () =>
      call(routes.escalateReviewItem, {
        params: { reviewId, alertId: item.alert.id },
        body: {
          ...{ channel, message: message.trim() },
          ...(channel === 'phone' ? { outcome, ...(answer.trim() ? { answer: answer.trim() } : {}) } : {}),
        },
      }),
    onSuccess: async () => {
      await refreshReviews();
      onDone();
    },
  });
  return (
    <Stack>
      <Text size="sm">{say('console.review.escalateText')}</Text>
      <SegmentedControl
        aria-label={say('console.review.channel')}
        data={escalationChannels.map((one) => ({ value: one, label: say(`escalation.${one}`) }))}
        value={channel}
        onChange={(next) => setChannel(escalationChannels.find((one) => one === next) ?? 'mail')}
      />
      <Textarea
        label={say('console.review.message')}
        required
        autosize
        minRows={3}
        maxLength={4000}
        value={message}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {channel === 'phone' && (
        <>
          <SegmentedControl
            aria-label={say('console.review.outcome')}
            data={outcomes.map((one) => ({ value: one, label: say(`escalation.${one}`) }))}
            value={outcome}
            onChange={(next) => setOutcome(outcomes.find((one) => one === next) ?? 'answered')}
          />
          <Textarea
            label={say('console.review.answer')}
            autosize
            maxLength={4000}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
        </>
      )}
      <ErrorNotice error={telling.error} />
      <Button
        onClick={() => telling.mutate()}
        loading={telling.isPending}
        disabled={message.trim() === ''}
        style={{ alignSelf: 'flex-start' }}
      >
        {say('console.review.escalate')}
      </Button>
    </Stack>
  );
}

type AnswerProps = Omit<Props, 'mayTell'> & { readonly escalation: Escalation; readonly onDone: () => void };

function AnswerForm({ item, reviewId, escalation, onDone }: AnswerProps) {
  const say = usePhrase();
  const [answer, setAnswer] = useState('');
  const noting = useMutation({
    mutationFn: (outcome: (typeof outcomes)[number]) =>
      call(routes.answerEscalation, {
        params: { reviewId, alertId: item.alert.id, escalationId: escalation.id },
        body: { outcome, answer: answer.trim() || say(`escalation.${outcome}`) },
      }),
    onSuccess: async () => {
      await refreshReviews();
      onDone();
    },
  });
  return (
    <Stack>
      <Textarea
        label={say('console.review.answer')}
        autosize
        minRows={2}
        maxLength={4000}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <ErrorNotice error={noting.error} />
      <Group>
        {outcomes.map((outcome) => (
          <Button
            key={outcome}
            variant={outcome === 'answered' ? 'filled' : 'default'}
            loading={noting.isPending && noting.variables === outcome}
            onClick={() => noting.mutate(outcome)}
          >
            {say(`escalation.${outcome}`)}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
