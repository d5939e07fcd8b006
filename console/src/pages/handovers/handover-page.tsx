import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { caseTitle, type Handover, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

const route = getRouteApi('/frame/handovers/$handoverId');
const handoverQuery = (handoverId: string) =>
  ask(['cases', 'handovers', handoverId], routes.getHandover, { params: { handoverId } });

/** One hand-over: how the cases stand, and what the next shift has to know. */
export function HandoverPage() {
  const { handoverId } = route.useParams();
  const query = useQuery(handoverQuery(handoverId));
  return <Loaded query={query}>{(found) => <HandoverView found={found} />}</Loaded>;
}

function HandoverView({ found }: { found: Handover }) {
  const say = usePhrase();
  return (
    <Page
      title={say('console.handover.title')}
      subtitle={
        <>
          <Time at={found.from} /> – <Time at={found.to} /> ·{' '}
          <StateBadge tone={found.state === 'draft' ? 'watch' : 'good'}>
            {say(`handoverState.${found.state}`)}
          </StateBadge>
        </>
      }
    >
      <Card title={say('console.handover.text')}>
        <Stack gap="sm">
          <Text size="sm">{say('console.handover.counts', found.counts)}</Text>
          {found.state === 'draft' ? <Draft key={found.version} found={found} /> : <Signed found={found} />}
        </Stack>
      </Card>
      <Cases label={say('console.handover.unclosed')} cases={found.unclosed} />
      <Cases label={say('console.handover.closed')} cases={found.closed} />
    </Page>
  );
}

function Signed({ found: { text, signedBy, signedAt } }: { found: Handover }) {
  const say = usePhrase();
  return (
    <>
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text || say('console.handover.noText')}</Text>
      <Text size="xs" className="dim">
        {say('console.handover.by')}: {signedBy} {signedAt && <Time at={signedAt} />}
      </Text>
    </>
  );
}

function Draft({ found }: { found: Handover }) {
  const say = usePhrase();
  const [text, setText] = useState(found.text);
  const params = { handoverId: found.id };
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: ['cases', 'handovers'] });
  const save = useMutation({
    mutationFn: () => call(routes.editHandover, { params, body: { text, version: found.version } }),
    onSuccess,
  });
  const sign = useMutation({
    mutationFn: async () => {
      const { version } =
        text.trim() === found.text
          ? found
          : await call(routes.editHandover, { params, body: { text, version: found.version } });
      return call(routes.signHandover, { params, body: { version } });
    },
    onSettled: onSuccess,
  });
  const error = save.error ?? sign.error;
  return (
    <>
      <Textarea
        aria-label={say('console.handover.text')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={4}
        maxLength={4000}
      />
      {error && <ErrorNotice error={error} />}
      <Group gap="sm">
        <Button
          variant="default"
          disabled={text.trim() === found.text}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {say('console.handover.save')}
        </Button>
        <Button loading={sign.isPending} onClick={() => sign.mutate()}>
          {say('console.handover.sign')}
        </Button>
        <Text size="xs" className="dim">
          {say('console.handover.signText')} {say('console.handover.live')}
        </Text>
      </Group>
    </>
  );
}

function Cases({ label, cases }: { label: string; cases: Handover['unclosed'] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card flush title={label}>
      {cases.length === 0 ? (
        <Text p="md" size="sm" className="dim">
          {say('console.handover.noCases')}
        </Text>
      ) : (
        <DataTable
          label={label}
          rows={cases}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'severity',
              head: say('console.alerts.severity'),
              width: 96,
              cell: ({ severity }) => <SeverityBadge severity={severity} />,
            },
            {
              key: 'what',
              head: say('console.case.what'),
              cell: (one) => (
                <TextLink to="/cases/$caseId" params={{ caseId: one.id }} size="sm">
                  {one.number}. {caseTitle(language, one)}
                </TextLink>
              ),
            },
            { key: 'account', head: say('console.account'), cell: ({ accountName }) => accountName },
            {
              key: 'state',
              head: say('console.case.state'),
              width: 130,
              cell: ({ state }) => say(`caseState.${state}`),
            },
            { key: 'owner', head: say('console.handover.owner'), cell: ({ owner }) => owner?.name ?? '–' },
            {
              key: 'note',
              head: say('console.handover.lastNote'),
              cell: ({ lastNote }) =>
                lastNote ? (
                  <>
                    <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{lastNote.text}</span>
                    <Text size="xs" className="dim">
                      {lastNote.by} <Time at={lastNote.at} />
                    </Text>
                  </>
                ) : (
                  '–'
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}
