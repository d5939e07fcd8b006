import { Button, Group } from '@mantine/core';
import { type Onboarding, type OrderedHost, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { type Say, useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { refreshOnboardings } from './queries.ts';

/** A finding in the reader's words; the manager sends words and facts. */
function findingText(say: Say, language: string, { code, facts }: OrderedHost['findings'][number]): string {
  const cause =
    facts[language === 'ja' ? 'causeJa' : 'causeEn'] ?? say.maybe(`liveness.cause.${facts['cause']}`) ?? '–';
  const module = facts['module'] === undefined ? '' : say.or('module', facts['module']);
  const usual = { applied: '–', assigned: '–', problem: '', lacks: '–' };
  return say(`onboardingHost.${code}`, { ...usual, ...facts, cause, module });
}

/** Servers that were ordered, hosts that enrolled, and the policy version that each reports (S37, S38). */
export function OrderedHosts({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const columns: Column<OrderedHost>[] = [
    {
      key: 'name',
      head: say('order.field.name'),
      cell: ({ name, hostId }) =>
        hostId ? (
          <TextLink to="/hosts/$hostId" params={{ hostId }} className="row-link">
            {name}
          </TextLink>
        ) : (
          name
        ),
    },
    {
      key: 'enrolled',
      head: say('console.onboarding.enrolled'),
      cell: ({ enrolledAt }) => enrolledAt && <Time at={enrolledAt} />,
    },
    {
      key: 'policy',
      head: say('console.onboarding.policyVersion'),
      cell: ({ policyName, assignedVersion, appliedVersion }) =>
        policyName &&
        say('console.onboarding.versions', {
          policy: policyName,
          assigned: assignedVersion ?? '–',
          applied: appliedVersion ?? '–',
        }),
    },
    {
      key: 'state',
      head: say('console.onboarding.result'),
      cell: (host) =>
        host.findings.length === 0 ? (
          <StateBadge tone="good">{say('gateResult.pass')}</StateBadge>
        ) : (
          host.findings.map((finding) => (
            <div key={finding.code + JSON.stringify(finding.facts)}>
              <StateBadge tone={finding.code === 'moduleDegraded' || finding.code === 'unordered' ? 'watch' : 'warn'}>
                {findingText(say, language, finding)}
              </StateBadge>
            </div>
          ))
        ),
    },
  ];
  return (
    <Card
      flush
      title={say('console.onboarding.hosts', {
        count: onboarding.hosts.filter(({ hostId }) => hostId).length,
        servers: onboarding.servers,
      })}
    >
      <DataTable
        label={say('order.sheet.servers')}
        columns={columns}
        rows={onboarding.hosts}
        rowKey={({ name, hostId }) => hostId ?? name}
      />
    </Card>
  );
}

/** Who is told, and whether a mail of ours has reached them (S36). */
export function Recipients({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { onboardingId: onboarding.id };
  const askAgain = useMutation({
    mutationFn: () => call(routes.askRecipients, { params, body: {} }),
    onSuccess: refreshOnboardings,
  });
  const confirm = useMutation({
    mutationFn: (contactId: string) =>
      call(routes.confirmRecipient, { params: { ...params, contactId }, body: { how: 'phone' } }),
    onSuccess: refreshOnboardings,
  });
  type Recipient = Onboarding['recipients'][number];
  const mayWrite = may('onboarding.write');
  const columns: Column<Recipient>[] = [
    { key: 'name', head: say('order.field.recipientName'), cell: ({ name }) => name },
    { key: 'mail', head: say('order.field.mail'), cell: ({ mail }) => mail },
    {
      key: 'state',
      head: say('console.onboarding.confirmation'),
      cell: ({ bounced, confirmedAt, confirmedHow }) => {
        if (bounced) return <StateBadge tone="bad">{say('onboarding.bounced')}</StateBadge>;
        if (!confirmedAt) return <StateBadge tone="warn">{say('console.onboarding.unconfirmed')}</StateBadge>;
        return (
          <Group gap={6}>
            <StateBadge tone="good">{say('console.onboarding.confirmed')}</StateBadge>
            <span className="dim">{say(`console.onboarding.how.${confirmedHow ?? 'link'}`)}</span>
          </Group>
        );
      },
    },
    {
      key: 'actions',
      head: say('console.edit'),
      silent: true,
      shown: mayWrite,
      cell: ({ contactId, confirmedAt, askedAt }) =>
        !confirmedAt &&
        askedAt && (
          <Button
            size="compact-sm"
            variant="default"
            loading={confirm.isPending}
            onClick={() => confirm.mutate(contactId)}
          >
            {say('console.onboarding.confirmByPhone')}
          </Button>
        ),
    },
  ];
  return (
    <Card
      flush
      title={say('order.sheet.recipients')}
      actions={
        mayWrite &&
        onboarding.recipients.some(({ confirmedAt }) => !confirmedAt) && (
          <Button size="compact-sm" variant="default" loading={askAgain.isPending} onClick={() => askAgain.mutate()}>
            {say('console.onboarding.askAgain')}
          </Button>
        )
      }
    >
      <ErrorNotice error={askAgain.error ?? confirm.error} />
      <DataTable
        label={say('order.sheet.recipients')}
        columns={columns}
        rows={onboarding.recipients}
        rowKey={({ contactId }) => contactId}
      />
    </Card>
  );
}
