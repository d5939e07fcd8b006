import { Group } from '@mantine/core';
import { type CustomerForm, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconSend } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { AskButton } from './ask-form.tsx';
import { formsQuery, refreshOnboardings } from './queries.ts';

const tones = {
  open: 'info',
  submitted: 'good',
  taken: 'good',
  withdrawn: 'idle',
  expired: 'watch',
  locked: 'warn',
} as const;

/** Forms that are with customers: how each stands, who submitted it and when, and what may be done (S35). */
export function FormsCard() {
  const say = usePhrase();
  const query = useQuery(formsQuery);
  const columns: Column<CustomerForm>[] = [
    {
      key: 'customer',
      head: say('console.forms.customer'),
      cell: ({ customerName, contactName, mail }) => (
        <div>
          {customerName}
          <div className="dim" style={{ fontSize: '0.75rem' }}>{`${contactName} <${mail}>`}</div>
        </div>
      ),
    },
    { key: 'form', head: say('console.forms.form'), width: 140, cell: ({ kind }) => say(`formKind.${kind}`) },
    {
      key: 'state',
      head: say('console.forms.state'),
      width: 150,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`formState.${state}`)}</StateBadge>,
    },
    { key: 'times', head: say('console.forms.times'), cell: (form) => <Progress form={form} /> },
    { key: 'deeds', head: '', cell: (form) => <Deeds form={form} /> },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.forms.title')}
      label={say('console.forms.title')}
      columns={columns}
      rowKey={({ id }) => id}
      actions={<AskButton kind="order" label={say('console.forms.issueOrder')} />}
      empty={{ icon: IconSend, title: say('console.forms.empty'), children: say('console.forms.text') }}
    />
  );
}

function Progress({
  form: { state, savedAt, expiresAt, submittedAt, submittedBy, mail, reason },
}: {
  form: CustomerForm;
}) {
  const say = usePhrase();
  const line = { fontSize: '0.8rem' };
  return (
    <div style={line}>
      {submittedAt && submittedBy ? (
        <div>
          {say('console.forms.submitted')} <Time at={submittedAt} />
          <div>{say('console.forms.by', { name: submittedBy, mail })}</div>
        </div>
      ) : (
        savedAt && (
          <div>
            {say('console.forms.saved')} <Time at={savedAt} />
          </div>
        )
      )}
      {(state === 'open' || state === 'expired') && (
        <div>
          {say('console.forms.until')} <Time at={expiresAt} />
        </div>
      )}
      {reason && <div className="dim">{say('console.forms.reason', { reason })}</div>}
    </div>
  );
}

function Deeds({ form }: { form: CustomerForm }) {
  const say = usePhrase();
  const { state, kind, customerName, mail, onboardingId } = form;
  const params = { formId: form.id };
  const facts = { customer: customerName, mail, form: say(`formKind.${kind}`) };
  const done = (deed: Promise<unknown>) => deed.then(refreshOnboardings);
  const isOpen = state === 'open' || state === 'expired' || state === 'locked';
  return (
    <Group gap={6} justify="flex-end">
      {onboardingId && (
        <TextLink to="/onboardings/$onboardingId" params={{ onboardingId }} size="sm">
          {say('console.forms.toOnboarding')}
        </TextLink>
      )}
      {state === 'submitted' && kind === 'order' && (
        <ConfirmButton
          label={say('console.forms.take')}
          text={say('console.forms.takeText', facts)}
          onConfirm={() => done(call(routes.takeForm, { params }))}
          button={{ variant: 'filled' }}
          harmless
        />
      )}
      {isOpen && (
        <ConfirmButton
          label={say('console.forms.renew')}
          text={say('console.forms.renewText', facts)}
          onConfirm={() => done(call(routes.renewForm, { params, body: {} }))}
          harmless
        />
      )}
      {state === 'submitted' && (
        <ConfirmButton
          label={say('console.forms.reopen')}
          text={say('console.forms.reopenText', facts)}
          reasonLabel={say('console.reason')}
          onConfirm={(reason) => done(call(routes.reopenForm, { params, body: { reason } }))}
          harmless
        />
      )}
      {(isOpen || state === 'submitted') && (
        <ConfirmButton
          label={say('console.forms.withdraw')}
          text={say('console.forms.withdrawText', facts)}
          reasonLabel={say('console.reason')}
          onConfirm={(reason) => done(call(routes.withdrawForm, { params, body: { reason } }))}
        />
      )}
    </Group>
  );
}
