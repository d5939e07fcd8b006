import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
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
      {({ mail, pdf, sha256, pdfSha256 }) => (
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
          {sha256 && (
            <div style={{ padding: '8px 16px', overflowWrap: 'anywhere', fontSize: '0.75rem' }}>
              <FactList
                facts={[
                  [say('console.report.hash'), <code key="whole">{sha256}</code>],
                  [say('console.report.pdfHash'), pdfSha256 && <code key="pdf">{pdfSha256}</code>],
                ]}
              />
            </div>
          )}
        </Card>
      )}
    </Loaded>
  );
}
