import { Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core';
import { type ReportComment, type ReportIssueDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { act } from './queries.ts';

/** What people of the provider and the SOC write among themselves about a draft. */
export function IssueComments({ issue }: { issue: ReportIssueDetail }) {
  const say = usePhrase();
  const canWrite = !['awaited', 'signed', 'sent'].includes(issue.state);
  return (
    <Card title={say('console.signoff.comments')}>
      <Stack gap="sm">
        <Text size="xs" className="dim">
          {say('console.signoff.commentsText')}
        </Text>
        {issue.comments.length === 0 && <Text size="sm">{say('console.signoff.noComments')}</Text>}
        {issue.comments.map((one) => (
          <Comment key={one.id} issueId={issue.id} comment={one} canSettle={issue.state !== 'sent'} />
        ))}
        {canWrite && <CommentForm issueId={issue.id} />}
      </Stack>
    </Card>
  );
}

function Comment({ issueId, comment, canSettle }: { issueId: string; comment: ReportComment; canSettle: boolean }) {
  const say = usePhrase();
  const settle = useMutation({
    mutationFn: () => act(routes.resolveReportComment, { params: { issueId, commentId: comment.id } }),
  });
  return (
    <article style={{ borderInlineStart: '3px solid var(--tone-watch, #98a2b3)', paddingInlineStart: 12 }}>
      <Group gap={6} mb={4}>
        {comment.asksChange && <StateBadge tone="warn">{say('console.signoff.changeMark')}</StateBadge>}
        <Text size="sm" fw={600}>
          {comment.by}
        </Text>
        <Text size="xs" className="dim">
          <Time at={comment.at} />
        </Text>
      </Group>
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {comment.text}
      </Text>
      {comment.resolvedBy ? (
        <Text size="xs" className="dim">
          {say('console.signoff.resolvedBy', { name: comment.resolvedBy })}
        </Text>
      ) : (
        canSettle && (
          <Button mt={6} size="compact-xs" variant="default" loading={settle.isPending} onClick={() => settle.mutate()}>
            {say('console.signoff.resolve')}
          </Button>
        )
      )}
      <ErrorNotice error={settle.error} />
    </article>
  );
}

function CommentForm({ issueId }: { issueId: string }) {
  const say = usePhrase();
  const [text, setText] = useState('');
  const [asksChange, setAsksChange] = useState(false);
  const write = useMutation({
    mutationFn: () => act(routes.commentReport, { params: { issueId }, body: { text: text.trim(), asksChange } }),
    onSuccess: () => {
      setText('');
      setAsksChange(false);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate();
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={say('console.signoff.comment')}
          autosize
          minRows={2}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Checkbox
          label={say('console.signoff.asksChange')}
          checked={asksChange}
          onChange={(event) => setAsksChange(event.currentTarget.checked)}
        />
        <ErrorNotice error={write.error} />
        <Group justify="flex-end">
          <Button type="submit" size="sm" variant="default" loading={write.isPending} disabled={!text.trim()}>
            {say('console.signoff.addComment')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
