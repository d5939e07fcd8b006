import { Button, Group, Stack, Text } from '@mantine/core';
import { routes, type TicketAttachment, type TicketDetail, type TicketMessage } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { NoticeStateBadge, StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ProofBadge } from './proof-badge.tsx';

const tones = { customer: 'info', reply: 'good', acknowledgement: 'idle', note: 'watch', event: 'idle' } as const;

/** Everything that was written, oldest first. Text of others is shown as text and nothing else. */
export function Thread({ ticket }: { ticket: TicketDetail }) {
  const say = usePhrase();
  return (
    <Card title={say('console.ticket.thread')}>
      <Stack gap="md">
        {ticket.messages.map((message) => (
          <Message key={message.id} message={message} ticketId={ticket.id} />
        ))}
      </Stack>
    </Card>
  );
}

function Message({ message, ticketId }: { message: TicketMessage; ticketId: string }) {
  const say = usePhrase();
  const isNote = message.kind === 'note';
  return (
    <article
      style={{
        borderInlineStart: `3px solid var(--tone-${isNote ? 'watch' : message.kind === 'reply' ? 'good' : 'info'}, #98a2b3)`,
        ...{ paddingInlineStart: 12, overflowWrap: 'anywhere' },
      }}
    >
      <Group gap={6} mb={4}>
        <StateBadge tone={tones[message.kind]}>{say(`ticketMessage.${message.kind}`)}</StateBadge>
        <Text size="sm" fw={600}>
          {message.author}
        </Text>
        <Text size="xs" className="dim">
          {message.fromMail && message.fromMail !== message.author && `${message.fromMail} · `}
          <Time at={message.at} />
        </Text>
        {message.isStranger && <StateBadge tone="warn">{say('console.ticket.stranger')}</StateBadge>}
        {message.isAutomatic && <StateBadge tone="idle">{say('console.ticket.automatic')}</StateBadge>}
        {message.proof && <ProofBadge proof={message.proof} />}
        {message.delivery && <NoticeStateBadge state={message.delivery} />}
      </Group>
      <div style={{ whiteSpace: 'pre-wrap', fontSize: '0.875rem' }}>{message.text}</div>
      {message.quoted && (
        <details style={{ fontSize: '0.75rem' }}>
          <summary className="dim">{say('console.ticket.quoted')}</summary>
          <div className="dim" style={{ whiteSpace: 'pre-wrap' }}>
            {message.quoted}
          </div>
        </details>
      )}
      {message.attachments.map((attachment) => (
        <Attachment key={attachment.id} attachment={attachment} ticketId={ticketId} />
      ))}
    </article>
  );
}

const attachmentTones = { clean: 'good', held: 'bad', unscanned: 'watch', left_out: 'idle' } as const;

function Attachment({ attachment, ticketId }: { attachment: TicketAttachment; ticketId: string }) {
  const say = usePhrase();
  const fetching = useMutation({
    mutationFn: () => call(routes.getTicketAttachment, { params: { ticketId, attachmentId: attachment.id } }),
    // Never by its own type: a page that a stranger sent is no page of ours.
    onSuccess: ({ name, content }) =>
      download(
        Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0)),
        'application/octet-stream',
        name,
      ),
  });
  const isThere = attachment.state === 'clean' || attachment.state === 'unscanned';
  return (
    <Group gap={6} mt={4}>
      <Text size="sm">
        {say.bracket(attachment.name, say('console.ticket.bytes', { bytes: attachment.sizeBytes }))}
      </Text>
      <StateBadge tone={attachmentTones[attachment.state]}>
        {attachment.finding
          ? say.bracket(say(`attachmentState.${attachment.state}`), attachment.finding)
          : say(`attachmentState.${attachment.state}`)}
      </StateBadge>
      {isThere && (
        <Button size="compact-xs" variant="default" loading={fetching.isPending} onClick={() => fetching.mutate()}>
          {say('console.ticket.download')}
        </Button>
      )}
      <ErrorNotice error={fetching.error} />
    </Group>
  );
}
