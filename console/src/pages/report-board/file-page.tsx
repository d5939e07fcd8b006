import { Button, Stack, Text } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { usePeriodName } from '../reports/period-name.ts';
import { Door } from '../sign-in/door.tsx';

/**
 * Where a customer downloads a report by the link of a mail. The secret stands behind `#`, which no server or log sees; opening the page downloads nothing,
 * for mail programs open links by themselves.
 */
export function ReportFilePage() {
  const say = usePhrase();
  const [token] = useState(() => location.hash.slice(1));
  return (
    <Door title={say('console.file.title')}>
      {/^[\w-]{64}$/.test(token) ? <File token={token} /> : <Notice tone="warn">{say('console.file.missing')}</Notice>}
    </Door>
  );
}

function File({ token }: { token: string }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  const { language, chosen, chooseLanguage } = useLanguage();
  const query = useQuery({
    ...ask(['report-file', token], routes.lookAtReportLink, { body: { token } }),
    retry: false,
  });
  const wanted = query.data?.language;
  useEffect(() => {
    if (!chosen && wanted) chooseLanguage(wanted);
  }, [chosen, chooseLanguage, wanted]);
  const fetching = useMutation({
    mutationFn: async () => {
      const { content, type, name } = await call(routes.downloadByLink, { body: { token } });
      download(
        Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
        type,
        name,
      );
    },
  });
  return (
    <Loaded query={query}>
      {(file) => (
        <Stack gap="sm">
          <Text fw={600}>
            {say(`report.title.${file.kind}`)} {nameOf(file.period)}
          </Text>
          <FactList
            facts={[
              [say('console.file.customer'), say('report.customer', { customer: file.customerName })],
              [say('console.file.from'), file.provider],
              [say('console.file.name'), file.name],
              [say('console.file.size'), `${formatNumber(language, Math.ceil(file.sizeBytes / 1024))} KB`],
              [say('console.file.until'), <Time key="until" at={file.expiresAt} zone />],
              [
                'SHA-256',
                <code key="hash" style={{ overflowWrap: 'anywhere', fontSize: '0.75rem' }}>
                  {file.sha256}
                </code>,
              ],
            ]}
          />
          <ErrorNotice error={fetching.error} />
          <Button
            leftSection={<IconDownload size={16} />}
            loading={fetching.isPending}
            onClick={() => fetching.mutate()}
          >
            {say('console.file.download')}
          </Button>
          {fetching.isSuccess && <Notice tone="good">{say('console.file.done')}</Notice>}
        </Stack>
      )}
    </Loaded>
  );
}
