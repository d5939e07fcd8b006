import { Button, Group, Text } from '@mantine/core';
import { type ReportDelivery, type ReportIssueDetail, type ReportLink, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { DeliveryBadge } from './badges.tsx';
import { act } from './queries.ts';

/** What became of the letter to each recipient, and of the links. */
export function IssueDeliveries({ issue }: { issue: ReportIssueDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const resend = useMutation({
    mutationFn: ({ id, way }: { id: string; way?: 'link' }) =>
      act(routes.resendReport, { params: { issueId: issue.id, deliveryId: id }, body: way ? { way } : {} }),
  });
  if (issue.state !== 'sent') return null;
  const canResend = may('report.compose');
  return (
    <>
      <Card title={say('console.signoff.recipients')} flush>
        <ErrorNotice error={resend.error} />
        <DataTable<ReportDelivery>
          label={say('console.signoff.recipients')}
          rows={issue.recipients}
          rowKey={({ id }) => id}
          columns={[
            { key: 'to', head: say('console.signoff.recipient'), cell: ({ recipient }) => recipient },
            {
              key: 'state',
              head: say('console.reports.state'),
              cell: (delivery) => (
                <div>
                  <DeliveryBadge delivery={delivery} />
                  {delivery.problem && (
                    <Text size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
                      {delivery.problem}
                    </Text>
                  )}
                </div>
              ),
            },
            {
              key: 'way',
              head: say('console.signoff.way'),
              width: 220,
              cell: ({ way, cause }) =>
                cause === 'sent'
                  ? say(`deliveryWay.${way}`)
                  : `${say(`deliveryWay.${way}`)} · ${say(`deliveryCause.${cause}`)}`,
            },
            { key: 'at', head: say('console.signoff.at'), width: 160, cell: ({ at }) => <Time at={at} /> },
            {
              key: 'resend',
              head: say('console.signoff.resend'),
              silent: true,
              width: 210,
              shown: canResend,
              cell: (delivery) =>
                delivery.isReplaced ? (
                  <span className="dim">{say('console.signoff.replaced')}</span>
                ) : (
                  <Group gap={6} wrap="nowrap">
                    <Button size="compact-sm" variant="default" onClick={() => resend.mutate({ id: delivery.id })}>
                      {say('console.signoff.resend')}
                    </Button>
                    {delivery.way === 'attached' && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        onClick={() => resend.mutate({ id: delivery.id, way: 'link' })}
                      >
                        {say('console.signoff.resendAsLink')}
                      </Button>
                    )}
                  </Group>
                ),
            },
          ]}
        />
      </Card>
      {issue.links.length > 0 && <Links issue={issue} canRevoke={canResend} />}
    </>
  );
}

function Links({ issue, canRevoke }: { issue: ReportIssueDetail; canRevoke: boolean }) {
  const say = usePhrase();
  return (
    <Card title={say('console.signoff.links')} flush>
      <DataTable<ReportLink>
        label={say('console.signoff.links')}
        rows={issue.links}
        rowKey={({ id }) => id}
        columns={[
          { key: 'to', head: say('console.signoff.recipient'), cell: ({ recipient }) => recipient },
          {
            key: 'state',
            head: say('console.reports.state'),
            width: 110,
            cell: ({ state }) => say(`linkState.${state}`),
          },
          {
            key: 'until',
            head: say('console.signoff.linkExpires'),
            width: 170,
            cell: ({ expiresAt }) => <Time at={expiresAt} />,
          },
          {
            key: 'downloads',
            head: say('console.signoff.downloads'),
            align: 'right',
            width: 130,
            cell: ({ downloads }) => say('console.signoff.downloadCount', { count: downloads }),
          },
          {
            key: 'revoke',
            head: say('console.signoff.revoke'),
            silent: true,
            width: 130,
            shown: canRevoke,
            cell: ({ id, state, recipient }) =>
              state === 'open' && (
                <ConfirmButton
                  label={say('console.signoff.revoke')}
                  text={recipient}
                  onConfirm={() => act(routes.revokeReportLink, { params: { issueId: issue.id, linkId: id } })}
                />
              ),
          },
        ]}
      />
    </Card>
  );
}
