import { Button, Group, Stack } from '@mantine/core';
import type { RouteAnswer, routes } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { IconDownload, IconEye } from '../../parts/icons.ts';
import { LetterFrame } from '../../parts/letter-frame.tsx';
import { ButtonLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';

type Composed = RouteAnswer<typeof routes.composeReport>;

/** Hands a base64 document to the browser's download. */
function download(base64: string, name: string): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

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
            onClick={() => download(pdf, `${report.accountName}-${report.period}.pdf`)}
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
