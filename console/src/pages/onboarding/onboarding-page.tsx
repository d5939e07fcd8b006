import { Button, Group, Stack, Text } from '@mantine/core';
import { type KeptFile, type Onboarding, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconDownload } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { bytesOf, onboardingQuery, refreshOnboardings } from './queries.ts';
import { OrderedHosts, Recipients } from './standing.tsx';
import { Steps } from './steps.tsx';

const route = getRouteApi('/frame/onboardings/$onboardingId');

export function OnboardingPage() {
  const { onboardingId } = route.useParams();
  const { language } = useLanguage();
  const query = useQuery(onboardingQuery(onboardingId, language));
  return <Loaded query={query}>{(onboarding) => <Shown onboarding={onboarding} />}</Loaded>;
}

function Shown({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  const { may } = useSession();
  const { state, accountId, contradictions, order } = onboarding;
  const params = { onboardingId: onboarding.id };
  const cancel = async (reason: string) => {
    await call(routes.cancelOnboarding, { params, body: { version: onboarding.version, reason } });
    await refreshOnboardings();
  };
  return (
    <Page
      title={onboarding.customerName}
      subtitle={
        <Group gap="xs" mt={6}>
          <StateBadge tone={state === 'started' ? 'good' : state === 'open' ? 'info' : 'idle'}>
            {say(`onboardingState.${state}`)}
          </StateBadge>
          {onboarding.lateBusinessDays > 0 && (
            <StateBadge tone="bad">{say('console.onboarding.late', { days: onboarding.lateBusinessDays })}</StateBadge>
          )}
          <TextLink to="/onboardings" size="sm">
            {say('console.onboarding.toBoard')}
          </TextLink>
        </Group>
      }
      actions={
        state === 'open' &&
        accountId === undefined &&
        may('onboarding.write') && (
          <ConfirmButton
            label={say('console.onboarding.cancel')}
            text={say('console.onboarding.cancelText', { number: order.number })}
            reasonLabel={say('console.reason')}
            onConfirm={cancel}
            button={{ size: 'sm' }}
          />
        )
      }
    >
      {onboarding.cancelReason && (
        <Notice tone="idle">{say.pair(say('console.onboarding.cancelled'), onboarding.cancelReason)}</Notice>
      )}
      {contradictions.length > 0 && accountId === undefined && (
        <Notice tone="bad">
          {say('console.onboarding.contradictions')}
          {contradictions.map(({ code, ordered, heard, place }) => (
            <div key={code + heard}>
              {say('onboarding.contradiction', { what: say(`onboardingContradiction.${code}`), ordered, heard })}
              {place && <span className="dim">{` ${place.sheet}!${place.cell}`}</span>}
            </div>
          ))}
        </Notice>
      )}
      <Steps onboarding={onboarding} />
      {onboarding.gate.length > 0 && <Gate onboarding={onboarding} />}
      <OrderedHosts onboarding={onboarding} />
      {accountId !== undefined && <Recipients onboarding={onboarding} />}
      <OrderCard onboarding={onboarding} />
    </Page>
  );
}

const gateTones = { pass: 'good', caution: 'watch', fail: 'bad' } as const;

/** What stands between the order and the start of use, each with its cause (S39). */
function Gate({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  type Check = Onboarding['gate'][number];
  const columns: Column<Check>[] = [
    { key: 'check', head: say('console.onboarding.check'), cell: ({ check }) => say(`gateCheck.${check}`) },
    {
      key: 'result',
      head: say('console.onboarding.result'),
      width: 110,
      cell: ({ result }) => <StateBadge tone={gateTones[result]}>{say(`gateResult.${result}`)}</StateBadge>,
    },
    {
      key: 'subjects',
      head: say('console.onboarding.cause'),
      cell: ({ subjects }) => subjects.map((subject) => <div key={subject}>{subject}</div>),
    },
  ];
  return (
    <Card flush title={say('console.onboarding.gate')}>
      <DataTable
        label={say('console.onboarding.gate')}
        columns={columns}
        rows={onboarding.gate}
        rowKey={({ check }) => check}
      />
    </Card>
  );
}

function OrderCard({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { order } = onboarding;
  const params = { onboardingId: onboarding.id };
  const fetched = useMutation({
    mutationFn: () => call(routes.exportOrder, { params, query: { language } }),
    onSuccess: ({ content, type, name }) => download(bytesOf(content), type, name),
  });
  return (
    <Card
      title={say('order.title')}
      actions={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={15} />}
          loading={fetched.isPending}
          onClick={() => fetched.mutate()}
        >
          {say('console.onboarding.export')}
        </Button>
      }
    >
      <Stack gap="sm">
        <ErrorNotice error={fetched.error} />
        <FactList
          facts={[
            [say('order.field.number'), order.number],
            [say('order.field.orderedOn'), order.orderedOn],
            [say('order.field.plan'), say(`plan.${order.plan}`)],
            [
              say('order.field.contractor'),
              order.contractorTitle ? say.bracket(order.contractor, order.contractorTitle) : order.contractor,
            ],
            [say('order.field.contactName'), `${order.contactName} <${order.contactMail}> ${order.contactPhone}`],
            [say('order.field.startsOn'), order.startsOn],
            [say('order.field.endsOn'), order.endsOn],
            [say('order.field.billingName'), `${order.billingName} <${order.billingMail}>`],
            [say('order.field.termsAgreed'), say(order.termsAgreed ? 'order.yes' : 'order.no')],
            [say('order.sheet.options'), order.options.map(({ title }) => title).join(', ')],
            [say('order.field.remarks'), order.remarks],
          ]}
        />
        {onboarding.files.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              {say('console.onboarding.files')}
            </Text>
            {onboarding.files.map((file) => (
              <FileLine key={file.id} file={file} onboardingId={onboarding.id} />
            ))}
          </div>
        )}
      </Stack>
    </Card>
  );
}

function FileLine({ file, onboardingId }: { file: KeptFile; onboardingId: string }) {
  const say = usePhrase();
  const fetched = useMutation({
    mutationFn: () => call(routes.readOnboardingFile, { params: { onboardingId, fileId: file.id } }),
    onSuccess: ({ content, type, name }) => download(bytesOf(content), type, name),
  });
  return (
    <Group gap="xs">
      <Button size="compact-sm" variant="subtle" loading={fetched.isPending} onClick={() => fetched.mutate()}>
        {file.name}
      </Button>
      <span className="dim" style={{ fontSize: '0.75rem' }}>
        {say(`console.onboarding.fileKind.${file.kind}`)} · <Time at={file.uploadedAt} /> · {file.uploadedBy}
      </span>
      <ErrorNotice error={fetched.error} />
    </Group>
  );
}
