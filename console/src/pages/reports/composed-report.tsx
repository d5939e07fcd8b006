import { Button, Group, Stack } from '@mantine/core';
import type { RouteAnswer, routes } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { IconDownload, IconEye } from '../../parts/icons.ts';
import { LetterFrame } from '../../parts/letter-frame.tsx';
import { ButtonLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { downloadPdf } from './download-pdf.ts';

type Composed = RouteAnswer<typeof routes.composeReport>;

/** What was just composed: the mail as its readers see it, and the PDF. */
export function ComposedReport({ composed }: { composed: Composed }) {
  const say = usePhrase();
  const { report, mail, pdf, sentTo } = composed;
  return (
    <Stack gap="sm">
      <Notice tone="good">
        {say('console.reports.made')}{' '}
        {sentTo.length > 0 && `${say('console.reports.sentCount', { count: sentTo.length })} ${sentTo.join(', ')}`}
      </Notice>
      <Group gap="xs">
        <ButtonLink
          to="/reports/$reportId"
          params={{ reportId: composed.id }}
          variant="default"
          leftSection={<IconEye size={16} />}
        >
          {say('console.reports.open')}
        </ButtonLink>
        {pdf && (
          <Button
            leftSection={<IconDownload size={16} />}
            onClick={() => downloadPdf(pdf, `${report.accountName}-${report.period}.pdf`)}
          >
            {say('console.reports.pdf')}
          </Button>
        )}
      </Group>
      <Card title={mail.subject} flush>
        <LetterFrame html={mail.html} title={say('console.reports.mailPreview')} height="36rem" />
      </Card>
    </Stack>
  );
}
