import { Group, Stack, Text } from '@mantine/core';
import { type Account, type RecipientChange, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { RecipientLists } from './recipient-lists.tsx';

const mailTones = { asked: 'watch', confirmed: 'good', refused: 'bad', undelivered: 'bad', told: 'idle' } as const;

/** Changes of an account's recipients, each with its mails; nothing where there were none. */
export function RecipientHistory({ account }: { account: Account }) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { accountId: account.id };
  const query = useQuery({
    ...ask(['contact', 'recipients', account.id], routes.listRecipientChanges, { params }),
    enabled: may('contact.read'),
  });
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={say('console.recipients.history')}>
      <Stack gap="lg">
        {items.slice(0, 10).map((change) => (
          <Change key={change.id} change={change} />
        ))}
      </Stack>
    </Card>
  );
}

function Change({ change }: { change: RecipientChange }) {
  const say = usePhrase();
  const { may } = useSession();
  const { id, accountId, state, appliedAt, appliedBy, requestedBy, reason, rollbackReason } = change;
  const undo = async (why: string) => {
    await call(routes.undoRecipientChange, { params: { accountId, changeId: id }, body: { reason: why } });
    await queryClient.invalidateQueries({ queryKey: ['contact'] });
  };
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <StateBadge tone={state === 'applied' ? 'good' : 'idle'}>{say(`recipientChangeState.${state}`)}</StateBadge>
          <Text size="sm" span>
            <Time at={appliedAt} />{' '}
            {requestedBy ? say('console.recipients.by', { by: appliedBy, requester: requestedBy }) : appliedBy}
          </Text>
        </Group>
        {state === 'applied' && may('contact.write') && (
          <ConfirmButton
            label={say('console.recipients.undo')}
            text={say('console.recipients.undoText')}
            reasonLabel={say('console.reason')}
            onConfirm={undo}
          />
        )}
      </Group>
      <Text size="sm" className="dim">
        {[reason, rollbackReason].filter(Boolean).join(' → ')}
      </Text>
      <RecipientLists lists={change.lists} />
      <Group gap="xs">
        {change.mails.map((mail) => (
          <Text key={`${mail.part} ${mail.to} ${mail.at}`} size="xs" span style={{ overflowWrap: 'anywhere' }}>
            <StateBadge tone={mailTones[mail.state]}>{say(`recipientState.${mail.state}`)}</StateBadge> {mail.to}
          </Text>
        ))}
      </Group>
    </Stack>
  );
}
