import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { LetterFrame } from '../../parts/letter-frame.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { reportDocumentsQuery } from '../../queries.ts';
import { downloadPdf } from './download-pdf.ts';

/** The mail and the PDF of a stored report: the same bytes that its readers received. */
export function ReportDocuments({ reportId, name }: { reportId: string; name: string }) {
  const say = usePhrase();
  const query = useQuery(reportDocumentsQuery(reportId));
  return (
    <Loaded query={query}>
      {({ mail, pdf }) => (
        <Card
          title={mail.subject}
          actions={
            pdf && (
              <Button
                size="compact-sm"
                leftSection={<IconDownload size={15} />}
                onClick={() => downloadPdf(pdf, `${name}.pdf`)}
              >
                {say('console.reports.pdf')}
              </Button>
            )
          }
          flush
        >
          <LetterFrame html={mail.html} title={say('console.reports.mailPreview')} height="36rem" />
        </Card>
      )}
    </Loaded>
  );
}
