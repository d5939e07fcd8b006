import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReportIssueDetail } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/explanation';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { LetterFrame } from '../../parts/letter-frame.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { downloadPdf } from '../reports/download-pdf.ts';
import { usePeriodName } from '../reports/period-name.ts';
import { IssueBadges } from './badges.tsx';
import { DeliverySettings } from './delivery-settings.tsx';
import { IssueComments } from './issue-comments.tsx';
import { IssueDeliveries } from './issue-deliveries.tsx';
import { IssueSigning } from './issue-signing.tsx';
import { draftQuery, issueQuery } from './queries.ts';

const route = getRouteApi('/frame/report-board/$issueId');

/** One report that has to leave: what is signed, who signs, what was said about it, and what became of it. */
export function ReportIssuePage() {
  const { issueId } = route.useParams();
  const query = useQuery(issueQuery(issueId));
  return <Loaded query={query}>{(issue) => <IssueView issue={issue} />}</Loaded>;
}

function IssueView({ issue }: { issue: ReportIssueDetail }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  const { may } = useSession();
  return (
    <Page
      title={`${say(`report.title.${issue.kind}`)} ${nameOf(issue.period)}`}
      subtitle={
        <>
          {issue.customerName} · {issue.accountName} ·{' '}
          <TextLink to="/report-board" size="sm">
            {say('console.signoff.back')}
          </TextLink>
        </>
      }
      actions={may('contract.write') && may('report.compose') && <DeliverySettings accountId={issue.accountId} />}
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
        <Stack gap="md">
          <Facts issue={issue} />
          <IssueSigning issue={issue} />
        </Stack>
        <IssueComments issue={issue} />
      </SimpleGrid>
      <IssueDeliveries issue={issue} />
      {issue.reportId ? (
        <Draft issue={issue} reportId={issue.reportId} />
      ) : (
        <Text>{say('console.signoff.awaitedText')}</Text>
      )}
    </Page>
  );
}

function Facts({ issue }: { issue: ReportIssueDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { archive, usual } = issue;
  return (
    <Card title={say('console.reports.state')}>
      <FactList
        facts={[
          [say('console.reports.state'), <IssueBadges key="state" issue={issue} />],
          [say('console.reports.waits'), issue.state !== 'sent' && say(`waitsFor.${issue.waitsFor}`)],
          [say('console.reports.party'), say(`reportParty.${issue.party}`)],
          [say('console.signoff.deadline'), <Time key="due" at={issue.dueAt} zone />],
          [say('console.signoff.sentAt'), issue.sentAt && <Time key="sent" at={issue.sentAt} zone />],
          [
            say('console.reports.figures'),
            usual && (
              <span key="figures">
                {say('console.count', { count: usual.total })}（
                {say('console.reports.previousTotals', { values: usual.previous.join(', ') || '–' })}）
              </span>
            ),
          ],
          [
            say('console.signoff.hash'),
            issue.sha256 && (
              <code key="hash" style={{ overflowWrap: 'anywhere', fontSize: '0.75rem' }}>
                {issue.sha256}
              </code>
            ),
          ],
          [
            say('console.signoff.archive'),
            archive && say(archive.isIntact ? 'console.signoff.intact' : 'console.signoff.notIntact'),
          ],
        ]}
      />
      <details style={{ fontSize: '0.75rem', marginTop: 8 }}>
        <summary className="dim">{say('console.signoff.deadlineWhy')}</summary>
        <ol className="steps">
          {explainDeadline(language, issue.due).map(({ step, text }) => (
            <li key={step.date} data-role={step.role}>
              <span className="figures">{step.date}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </details>
    </Card>
  );
}

function Draft({ issue, reportId }: { issue: ReportIssueDetail; reportId: string }) {
  const say = usePhrase();
  const query = useQuery(draftQuery(issue.id, reportId));
  const { may } = useSession();
  return (
    <Loaded query={query}>
      {({ mail, pdf }) => (
        <Card
          title={mail.subject}
          actions={
            <>
              {may('report.read') && (
                <TextLink to="/reports/$reportId" params={{ reportId }} size="sm">
                  {say('console.signoff.full')}
                </TextLink>
              )}
              {pdf && (
                <Button
                  size="compact-sm"
                  leftSection={<IconDownload size={15} />}
                  onClick={() => downloadPdf(pdf, `${issue.accountName}-${issue.period}.pdf`)}
                >
                  {say('console.signoff.pdf')}
                </Button>
              )}
            </>
          }
          flush
        >
          <LetterFrame html={mail.html} title={say('console.signoff.mail')} height="36rem" />
        </Card>
      )}
    </Loaded>
  );
}
