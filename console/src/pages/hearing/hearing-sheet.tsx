import { Button, Tabs } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { hearingQuery, hearingVersionQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { AskButton } from '../onboarding/ask-form.tsx';
import { HearingForm } from './hearing-form.tsx';
import { HearingSettings } from './hearing-settings.tsx';
import { HearingVersions } from './hearing-versions.tsx';
import { ImportButton } from './import-button.tsx';
import { saveFile } from './save-file.ts';

/** One sheet: what is asked, its versions, and the settings that follow from it. */
export function HearingSheet({ id, onBack }: { id: string; onBack?: () => void }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  const query = useQuery(hearingQuery(id));
  const newest = query.data?.versions[0]?.number;
  const version = useQuery({ ...hearingVersionQuery(id, newest ?? 1), enabled: newest !== undefined });
  const [tab, setTab] = useState<string | null>('form');
  const take = useMutation({
    mutationFn: () => call(routes.exportHearing, { params: { hearingId: id }, query: { language } }),
    onSuccess: saveFile,
  });
  return (
    <Page
      title={query.data ? say('console.hearing.of', { customer: query.data.customerName }) : say('console.nav.hearing')}
      subtitle={say('console.hearing.sheetText')}
      actions={
        <>
          {onBack && (
            <Button variant="subtle" onClick={onBack}>
              {say('console.hearing.back')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconDownload size={16} />}
            loading={take.isPending}
            onClick={() => take.mutate()}
          >
            {say('console.hearing.export')}
          </Button>
          {query.data && may('onboarding.write') && (
            <AskButton kind="hearing" hearingId={id} label={say('console.forms.issueHearing')} />
          )}
          {query.data && may('hearing.write') && <ImportButton hearing={query.data} />}
        </>
      }
    >
      <ErrorNotice error={take.error} />
      <Loaded query={query}>
        {(hearing) => (
          <Tabs value={tab} onChange={setTab} keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="form">{say('console.hearing.answers')}</Tabs.Tab>
              <Tabs.Tab value="versions">{say('console.hearing.versions')}</Tabs.Tab>
              {hearing.accountId && newest !== undefined && (
                <Tabs.Tab value="settings">{say('console.hearing.settings')}</Tabs.Tab>
              )}
            </Tabs.List>
            <Tabs.Panel value="form">
              {(newest === undefined || version.data) && (
                <HearingForm key={newest ?? 0} hearing={hearing} version={version.data} />
              )}
            </Tabs.Panel>
            <Tabs.Panel value="versions">
              <HearingVersions hearing={hearing} />
            </Tabs.Panel>
            <Tabs.Panel value="settings">{newest !== undefined && <HearingSettings hearing={hearing} />}</Tabs.Panel>
          </Tabs>
        )}
      </Loaded>
    </Page>
  );
}
