import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReportIssueDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { act } from './queries.ts';

/** Who signed, and what whoever looks may do next. */
export function IssueSigning({ issue }: { issue: ReportIssueDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { issueId: issue.id };
  const send = useMutation({ mutationFn: () => act(routes.sendReport, { params }) });
  const isLast = issue.signatures.length + 1 >= issue.signaturesNeeded;
  return (
    <Card title={say('console.signoff.signatures')}>
      <Stack gap="sm">
        {issue.problem && (
          <Notice tone="warn">
            {issue.problem === 'no_recipients'
              ? `${say('console.signoff.sendProblem')}：${say('reportProblem.no_recipients')}`
              : `${say('console.signoff.problem')}：${issue.problem}`}
          </Notice>
        )}
        {issue.allSignatures.length === 0 && (
          <Text size="sm" className="dim">
            {say('console.signoff.noSignatures')}
          </Text>
        )}
        {issue.allSignatures.map((one) => (
          <Text key={one.id} size="sm" className={one.voidAt ? 'dim' : ''} td={one.voidAt ? 'line-through' : 'none'}>
            {one.name} · <Time at={one.at} />
            {one.voidReason &&
              ` · ${say('console.signoff.fallen', { reason: say(`console.signoff.fallen.${one.voidReason}`) })}`}
          </Text>
        ))}
        {!issue.maySign && (issue.state === 'draft' || issue.state === 'halfSigned') && (
          <Text size="sm" className="dim">
            {say('console.signoff.signedBy', { party: say(`reportParty.${issue.party}`) })}
          </Text>
        )}
        <ErrorNotice error={send.error} />
        <Group gap="xs">
          {issue.maySign && issue.sha256 && (
            <ConfirmButton
              label={say('console.signoff.sign')}
              text={say('console.signoff.signText', { last: String(isLast) })}
              button={{ variant: 'filled', size: 'sm' }}
              harmless
              onConfirm={() => act(routes.signReport, { params, body: { sha256: issue.sha256! } })}
            />
          )}
          {may('report.compose') && issue.state !== 'sent' && (
            <ConfirmButton
              label={say('console.signoff.recompose')}
              text={say('console.signoff.recomposeText')}
              button={{ size: 'sm' }}
              harmless
              onConfirm={() => act(routes.recomposeReport, { params })}
            />
          )}
          {may('report.compose') && issue.state === 'signed' && issue.problem && (
            <Button size="sm" loading={send.isPending} onClick={() => send.mutate()}>
              {say('console.signoff.send')}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
