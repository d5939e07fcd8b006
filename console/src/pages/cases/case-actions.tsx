import { Button, Group, SegmentedControl, Select, Stack, Textarea } from '@mantine/core';
import { type CaseDetail, caseAudiences, caseTitle, closings, routes, severities } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useSession } from '../../session.tsx';
import { act, casesOfAccountQuery } from './queries.ts';

const choices = closings.filter((closing) => closing !== 'resolved');

/** What whoever looks may do next. */
export function CaseActions({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { caseId: found.id };
  const take = useMutation({ mutationFn: () => act(routes.acknowledgeCase, { params, body: {} }) });
  const move = useMutation({
    mutationFn: (state: 'working' | 'waiting') => act(routes.moveCase, { params, body: { state } }),
  });
  const rank = useMutation({
    mutationFn: (severity: CaseDetail['severity']) => act(routes.rankCase, { params, body: { severity } }),
  });
  if (!may('case.answer') || found.state === 'merged') return null;
  const isClosed = found.state === 'closed';
  return (
    <Card title={say('console.case.acts')}>
      <Stack gap="sm">
        {found.state === 'open' && (
          <Button loading={take.isPending} onClick={() => take.mutate()}>
            {say('console.case.take')}
          </Button>
        )}
        <NoteForm found={found} />
        {!isClosed && (
          <Select
            label={say('console.alerts.severity')}
            data={[...severities].reverse().map((value) => ({ value, label: say(`severity.${value}`) }))}
            value={found.severity}
            allowDeselect={false}
            onChange={(value) => {
              const severity = severities.find((one) => one === value);
              if (severity && severity !== found.severity) rank.mutate(severity);
            }}
          />
        )}
        {may('case.write') && (
          <Group gap="xs">
            {found.state === 'working' && (
              <Button variant="default" loading={move.isPending} onClick={() => move.mutate('waiting')}>
                {say('console.case.wait')}
              </Button>
            )}
            {(found.state === 'waiting' || isClosed) && (
              <Button variant="default" loading={move.isPending} onClick={() => move.mutate('working')}>
                {say(isClosed ? 'console.case.reopen' : 'console.case.goOn')}
              </Button>
            )}
            {!isClosed && <MergeButton found={found} />}
            {!isClosed && (
              <DialogButton label={say('console.case.close')} button={{ variant: 'default' }}>
                {(done) => <CloseForm found={found} onDone={done} />}
              </DialogButton>
            )}
          </Group>
        )}
        <ErrorNotice error={take.error ?? move.error ?? rank.error} />
      </Stack>
    </Card>
  );
}

/** The place for the customer is another colour and another word, so that an internal note does not go there by mistake. */
function NoteForm({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const [text, setText] = useState('');
  const [audience, setAudience] = useState<(typeof caseAudiences)[number]>('internal');
  const add = useMutation({
    mutationFn: () => act(routes.noteCase, { params: { caseId: found.id }, body: { audience, text: text.trim() } }),
    onSuccess: () => {
      setText('');
      setAudience('internal');
    },
  });
  const toCustomer = audience === 'customer';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack gap={6}>
        {may('case.write') && (
          <SegmentedControl
            aria-label={say('console.case.audience')}
            size="xs"
            color={toCustomer ? 'orange' : 'gray'}
            data={caseAudiences.map((value) => ({ value, label: say(`caseAudience.${value}`) }))}
            value={audience}
            onChange={(value) => setAudience(caseAudiences.find((one) => one === value) ?? 'internal')}
          />
        )}
        <Textarea
          label={say(toCustomer ? 'console.case.noteCustomer' : 'console.case.note')}
          description={toCustomer ? say('console.case.noteCustomerHint') : undefined}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ErrorNotice error={add.error} />
        <Button
          type="submit"
          variant="default"
          disabled={!text.trim()}
          loading={add.isPending}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.case.addNote')}
        </Button>
      </Stack>
    </form>
  );
}

function CloseForm({ found, onDone }: { found: CaseDetail; onDone: () => void }) {
  const say = usePhrase();
  const [closing, setClosing] = useState<(typeof choices)[number]>('handled');
  const [customerText, setCustomerText] = useState('');
  const [note, setNote] = useState('');
  const close = useMutation({
    mutationFn: () =>
      act(routes.closeCase, {
        params: { caseId: found.id },
        body: { closing, customerText: customerText.trim(), ...(note.trim() ? { note: note.trim() } : {}) },
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        close.mutate();
      }}
    >
      <Stack gap="sm">
        <Select
          label={say('console.triage.closing')}
          data={choices.map((value) => ({ value, label: say(`closing.${value}`) }))}
          value={closing}
          allowDeselect={false}
          onChange={(value) => setClosing(choices.find((one) => one === value) ?? 'handled')}
        />
        <Textarea
          label={say('console.case.customerText')}
          description={say('console.case.customerTextHint')}
          required
          autosize
          minRows={3}
          maxLength={4000}
          value={customerText}
          onChange={(event) => setCustomerText(event.currentTarget.value)}
        />
        <Textarea
          label={say('console.case.note')}
          autosize
          minRows={2}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <ErrorNotice error={close.error} />
        <Button type="submit" disabled={!customerText.trim()} loading={close.isPending}>
          {say('console.case.close')}
        </Button>
      </Stack>
    </form>
  );
}

function MergeButton({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.case.merge')} button={{ variant: 'default' }}>
      {() => <MergeForm found={found} />}
    </DialogButton>
  );
}

function MergeForm({ found }: { found: CaseDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const { data } = useQuery(casesOfAccountQuery(found.accountId));
  const [intoId, setIntoId] = useState<string | null>(null);
  const others = (data?.items ?? []).filter(({ id }) => id !== found.id);
  const merge = useMutation({
    mutationFn: (into: string) => act(routes.mergeCase, { params: { caseId: found.id }, body: { intoId: into } }),
    onSuccess: ({ id }) => void navigate({ to: '/cases/$caseId', params: { caseId: id } }),
  });
  return (
    <Stack gap="sm">
      <Select
        label={say('console.case.mergeInto')}
        description={say('console.case.mergeHint')}
        data={others.map((one) => ({ value: one.id, label: `#${one.number} ${caseTitle(language, one)}` }))}
        value={intoId}
        onChange={setIntoId}
        nothingFoundMessage={say('console.case.none')}
        searchable
      />
      <ErrorNotice error={merge.error} />
      <Button disabled={!intoId} loading={merge.isPending} onClick={() => intoId && merge.mutate(intoId)}>
        {say('console.case.merge')}
      </Button>
    </Stack>
  );
}
