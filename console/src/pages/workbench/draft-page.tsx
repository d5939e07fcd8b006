import { Grid, Stack } from '@mantine/core';
import type { RuleDraftDetail } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { DraftState, useModuleName } from './draft-state.tsx';
import { Editor } from './editor.tsx';
import { Place } from './place.tsx';
import { draftQuery } from './queries.ts';
import { Trials } from './trials.tsx';
import { Steps, Versions } from './versions.tsx';

const route = getRouteApi('/frame/workbench/$draftId');

/** One rule on the workbench: its text, what it finds, and how far it is in force. */
export function DraftPage() {
  const { draftId } = route.useParams();
  const query = useQuery(draftQuery(draftId));
  return <Loaded query={query}>{(draft) => <DraftView key={draft.id} draft={draft} />}</Loaded>;
}

function DraftView({ draft }: { draft: RuleDraftDetail }) {
  const say = usePhrase();
  const nameOf = useModuleName();
  const [isChanged, setChanged] = useState(false);
  const isOver = draft.state === 'withdrawn';
  return (
    <Page
      title={`#${draft.number} ${draft.name}`}
      subtitle={
        <TextLink to="/workbench" size="sm">
          {say('console.workbench.back')}
        </TextLink>
      }
      actions={<DraftState state={draft.state} />}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="md">
            <Editor key={draft.version} draft={draft} onChanged={setChanged} />
            <Trials draft={draft} isChanged={isChanged} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="md">
            <Card title={say('console.workbench.request')}>
              <FactList
                facts={[
                  [say('console.account'), `${draft.customerName} / ${draft.accountName}`],
                  [say('console.workbench.module'), nameOf(draft.module)],
                  [say('console.workbench.version'), draft.version],
                  [say('console.workbench.placedVersion'), draft.placedVersion],
                  [say('console.workbench.targets'), draft.targets.map(({ name }) => name).join(', ') || undefined],
                  [
                    say('console.workbench.ticket'),
                    draft.ticketId && (
                      <TextLink key="ticket" to="/tickets/$ticketId" params={{ ticketId: draft.ticketId }} size="sm">
                        {say('console.workbench.openTicket')}
                      </TextLink>
                    ),
                  ],
                  [say('console.workbench.changed'), <Time key="changed" at={draft.changedAt} />],
                ]}
              />
            </Card>
            {!isOver && <Place draft={draft} isChanged={isChanged} />}
            <Steps draft={draft} />
            <Versions draft={draft} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
