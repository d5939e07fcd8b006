import { Button, Divider, Group, List, Stack, Text, TextInput, Title } from '@mantine/core';
import {
  type CellFault,
  cellFaultReason,
  type FilledForm,
  type HearingAnswers,
  type OrderDraft,
  orderForm,
  type PhraseKey,
  routes,
} from '@sakimori/contract';
import { checkAnswers, isComplete, tidyAnswers } from '@sakimori/contract/hearing/check';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { HearingFields, WhatIsOpen } from '../hearing/hearing-form.tsx';
import { Door } from '../sign-in/door.tsx';
import { OrderFields } from './order-form.tsx';

/**
 * Where a customer fills in an order form or a hearing sheet (S35). The secret stands behind `#`, which no server or log sees. Opening the page changes
 * nothing, for mail programs open links by themselves; submitting takes a code that the contact gets in another mail.
 */
export function FormPage() {
  const say = usePhrase();
  const [secret] = useState(() => decodeURIComponent(location.hash.slice(1)));
  if (/^[\w-]{43}$/.test(secret)) return <Linked secret={secret} />;
  return (
    <Door title={say('console.form.page')}>
      <Notice tone="warn">{say('console.form.missing')}</Notice>
    </Door>
  );
}

function Linked({ secret }: { secret: string }) {
  const say = usePhrase();
  const query = useQuery({
    ...ask(['form', secret], routes.lookAtForm, { body: { secret } }),
    ...{ retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY },
  });
  const form = query.data ? say(`formKind.${query.data.kind}`) : '';
  return (
    <Door
      title={form ? say('console.form.title', { form }) : say('console.form.page')}
      isWide={query.data !== undefined}
    >
      <Loaded query={query}>{(first) => <Opened secret={secret} first={first} />}</Loaded>
    </Door>
  );
}

type Content = { readonly order?: OrderDraft; readonly answers?: HearingAnswers };
const contentOf = ({ order, hearing }: FilledForm): Content => ({
  ...(order ? { order } : {}),
  ...(hearing ? { answers: hearing.answers } : {}),
});

function Opened({ secret, first }: { secret: string; first: FilledForm }) {
  const say = usePhrase();
  const { chosen, chooseLanguage } = useLanguage();
  const [form, setForm] = useState(first);
  const [content, setContent] = useState(() => contentOf(first));
  const [isUnsaved, setUnsaved] = useState(false);
  // In the language in which the contact gets mails, unless this browser has chosen one.
  useEffect(() => {
    if (!chosen) chooseLanguage(first.language);
  }, [chosen, chooseLanguage, first.language]);
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isUnsaved]);
  const isOpen = form.state === 'open';
  const change = (next: Content) => {
    setContent(next);
    setUnsaved(true);
  };
  const stored = (next: FilledForm) => {
    setForm(next);
    setUnsaved(false);
  };
  const save = useMutation({
    mutationFn: () => call(routes.saveForm, { body: { secret, revision: form.revision, ...content } }),
    onSuccess: stored,
  });
  const { order, answers } = content;
  const who = { customer: form.customerName, name: form.contactName, provider: form.provider };
  return (
    <Stack gap="md">
      <Text size="sm">{say('console.form.intro', who)}</Text>
      <Outcome form={form} />
      {order && (
        <OrderFields
          draft={order}
          faults={form.faults}
          onChange={isOpen ? (next) => change({ order: next }) : undefined}
        />
      )}
      {answers && form.hearing && (
        <HearingFields
          definition={form.hearing.questions}
          answers={answers}
          onChange={isOpen ? (next) => change({ answers: next }) : undefined}
        >
          {(faults) => isOpen && <WhatIsOpen faults={faults} />}
        </HearingFields>
      )}
      {form.faults.length > 0 && <FaultList faults={form.faults} />}
      {isOpen && (
        <>
          <Group gap="md">
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
              {say('console.form.save')}
            </Button>
            <Text size="sm" className="dim" component="div">
              {isUnsaved
                ? say('console.form.unsaved')
                : form.savedAt && (
                    <>
                      {say('console.form.savedAt')} <Time at={form.savedAt} zone />
                    </>
                  )}
            </Text>
            <Text size="sm" className="dim" component="div">
              {say('console.form.until')} <Time at={form.expiresAt} zone />
            </Text>
          </Group>
          <ErrorNotice error={save.error} />
          <Submit secret={secret} form={form} content={content} onChange={setForm} onStored={stored} />
        </>
      )}
    </Stack>
  );
}

/** By table and row, as the page has them: who fills in a page looks for no cells. */
function FaultList({ faults }: { faults: readonly CellFault[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const placeOf = ({ field = '' }: CellFault) => {
    const [first = '', row, column] = field.split('.');
    const table = orderForm.tables.some(({ key }) => key === first) && say(`order.sheet.${first}` as PhraseKey);
    const name = table ? (first === 'recipients' && column === 'name' ? 'recipientName' : column) : first;
    const label = name && say(`order.field.${name}` as PhraseKey);
    return [table, row !== undefined && Number(row) + 1, label].filter(Boolean).join(' ');
  };
  return (
    <Notice tone="bad">
      {say('console.onboarding.faults', { count: faults.length })}
      <List size="sm" mt={6} style={{ maxHeight: '14rem', overflowY: 'auto' }}>
        {faults.map((fault) => (
          <List.Item key={`${fault.field}${fault.code}`}>
            {say.pair(placeOf(fault), cellFaultReason(language, fault))}
          </List.Item>
        ))}
      </List>
    </Notice>
  );
}

function Outcome({ form: { state, submittedBy, submittedAt } }: { form: FilledForm }) {
  const say = usePhrase();
  if (state === 'open') return null;
  if (state !== 'submitted' && state !== 'taken')
    return <Notice tone={state === 'withdrawn' ? 'idle' : 'warn'}>{say(`console.form.${state}`)}</Notice>;
  return (
    <Notice tone="good">
      {say('console.form.done')}
      {submittedBy && submittedAt && (
        <div>
          {say('console.form.doneBy', { name: submittedBy })} <Time at={submittedAt} zone />
        </div>
      )}
    </Notice>
  );
}

type SubmitProps = {
  readonly secret: string;
  readonly form: FilledForm;
  readonly content: Content;
  readonly onChange: (form: FilledForm) => void;
  readonly onStored: (form: FilledForm) => void;
};

function Submit({ secret, form, content, onChange, onStored }: SubmitProps) {
  const say = usePhrase();
  const [by, setBy] = useState(form.contactName);
  const [code, setCode] = useState('');
  const mail = form.mailShown;
  const definition = form.hearing?.questions;
  const { answers } = content;
  const isReady = !definition || (answers && isComplete(checkAnswers(definition, tidyAnswers(definition, answers))));
  const send = useMutation({
    mutationFn: () => call(routes.sendFormCode, { body: { secret } }),
    onSuccess: onChange,
  });
  const submit = useMutation({
    mutationFn: () =>
      call(routes.submitForm, {
        body: { secret, revision: form.revision, ...content, by: by.trim(), code: code.trim() },
      }),
    onSuccess: onStored,
  });
  return (
    <Stack gap="sm" maw={480}>
      <Divider />
      <Title order={2} size="h4">
        {say('console.form.submitHead')}
      </Title>
      <TextInput
        label={say('console.form.by')}
        required
        maxLength={200}
        value={by}
        onChange={({ currentTarget }) => setBy(currentTarget.value)}
      />
      {form.codeSentAt ? (
        <>
          <Notice tone="info">{say('console.form.codeSent', { mail })}</Notice>
          <TextInput
            label={say('console.form.code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
        </>
      ) : (
        <Text size="sm">{say('console.form.codeText', { mail })}</Text>
      )}
      <ErrorNotice error={submit.error ?? send.error} />
      <Group gap="xs">
        <Button variant={form.codeSentAt ? 'default' : 'filled'} loading={send.isPending} onClick={() => send.mutate()}>
          {say('console.form.sendCode')}
        </Button>
        {form.codeSentAt && (
          <Button
            loading={submit.isPending}
            disabled={!isReady || !by.trim() || !/^\d{6}$/.test(code.trim())}
            onClick={() => submit.mutate()}
          >
            {say('console.form.submit')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
