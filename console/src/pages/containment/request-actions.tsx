import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { type ContainmentRequest, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { queryClient, useSession } from '../../session.tsx';

type Props = { readonly request: ContainmentRequest };
const button = { size: 'compact-sm', variant: 'default' } as const;
const refresh = () => queryClient.invalidateQueries({ queryKey: ['containment'] });

/** What can be done about a request now, by whoever may. */
export function RequestActions({ request }: Props) {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const ask = useMutation({
    mutationFn: () => call(routes.askForConsent, { params: { requestId: request.id } }),
    onSuccess: refresh,
  });
  if (!isProvider && may('containment.consent')) return <OwnAnswer request={request} />;
  if (!may('containment.run')) return null;
  const { state } = request;
  const isUnanswered = state === 'expired' && request.consent === undefined;
  const isOpen = state === 'proposed' || state === 'asked' || isUnanswered;
  const canLift = state === 'running' && request.until !== undefined;
  const params = { requestId: request.id };
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {(state === 'proposed' || isUnanswered) && (
          <Button {...button} loading={ask.isPending} onClick={() => ask.mutate()}>
            {say('console.contain.ask')}
          </Button>
        )}
        {isOpen && (
          <DialogButton label={say('console.contain.phone')} title={say('console.contain.phoneTitle')} button={button}>
            {(close) => <PhoneForm request={request} onDone={close} />}
          </DialogButton>
        )}
        {state === 'consented' && (
          <DialogButton
            label={say('console.contain.run')}
            title={say('console.contain.runTitle')}
            button={{ size: 'compact-sm', color: 'red.8' }}
          >
            {(close) => <RunForm request={request} onDone={close} />}
          </DialogButton>
        )}
        {canLift && (
          <DialogButton label={say('console.contain.lift')} title={say('console.contain.liftTitle')} button={button}>
            {(close) => (
              <ReasonForm
                label={say('console.contain.liftDo')}
                onDone={close}
                run={(reason) => call(routes.liftContainment, { params, body: { reason } })}
              />
            )}
          </DialogButton>
        )}
        {['proposed', 'asked', 'consented'].includes(state) && (
          <DialogButton
            label={say('console.contain.withdraw')}
            title={say('console.contain.withdrawTitle')}
            button={button}
          >
            {(close) => (
              <ReasonForm
                label={say('console.contain.withdrawDo')}
                onDone={close}
                run={(reason) => call(routes.withdrawContainment, { params, body: { reason } })}
              />
            )}
          </DialogButton>
        )}
      </Group>
      <ErrorNotice error={ask.error} />
    </Stack>
  );
}

/** The customer's own word, in their own name (S73). */
function OwnAnswer({ request: { id: requestId, state } }: Props) {
  const say = usePhrase();
  if (state !== 'proposed' && state !== 'asked') return null;
  return (
    <DialogButton label={say('console.contain.answer')} button={{ size: 'compact-sm' }}>
      {(close) => <OwnAnswerForm requestId={requestId} onDone={close} />}
    </DialogButton>
  );
}

function OwnAnswerForm({ requestId, onDone }: { requestId: string; onDone: () => void }) {
  const say = usePhrase();
  const [answer, setAnswer] = useState<'yes' | 'no'>('yes');
  const [reason, setReason] = useState('');
  const why = reason.trim() ? { reason: reason.trim() } : {};
  return (
    <DeedForm
      label={say(answer === 'yes' ? 'console.contain.ownYes' : 'console.contain.ownNo')}
      onDone={onDone}
      isReady={answer === 'yes' || reason.trim() !== ''}
      run={() => call(routes.consentOnPortal, { params: { requestId }, body: { answer, ...why } })}
    >
      <Text size="sm">{say('console.contain.answerText')}</Text>
      <Radio.Group value={answer} onChange={(next) => setAnswer(next === 'no' ? 'no' : 'yes')}>
        <Group>
          <Radio value="yes" label={say('console.contain.ownYes')} />
          <Radio value="no" label={say('console.contain.ownNo')} />
        </Group>
      </Radio.Group>
      {answer === 'no' && <ReasonField value={reason} onChange={setReason} lengthMax={300} />}
    </DeedForm>
  );
}

type FormProps = {
  readonly label: string;
  readonly onDone: () => void;
  readonly run: () => Promise<unknown>;
  readonly isReady: boolean;
  readonly isGrave?: boolean;
  readonly children: ReactNode;
};

/** A dialog that does one thing and closes. */
export function DeedForm({ label, onDone, run, isReady, isGrave = false, children }: FormProps) {
  const say = usePhrase();
  const deed = useMutation({ mutationFn: run, onSuccess: refresh });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    deed.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <ErrorNotice error={deed.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={deed.isPending} disabled={!isReady} {...(isGrave ? { color: 'red.8' } : {})}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function ReasonForm({
  label,
  onDone,
  run,
}: {
  label: string;
  onDone: () => void;
  run: (reason: string) => Promise<unknown>;
}) {
  const [reason, setReason] = useState('');
  return (
    <DeedForm label={label} onDone={onDone} run={() => run(reason.trim())} isReady={reason.trim() !== ''}>
      <ReasonField value={reason} onChange={setReason} lengthMax={300} isFirst />
    </DeedForm>
  );
}

function PhoneForm({ request, onDone }: Props & { onDone: () => void }) {
  const say = usePhrase();
  const [answer, setAnswer] = useState<'yes' | 'no' | ''>('');
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  const body = { answer: answer || 'no', name: name.trim(), phone: phone.trim() } as const;
  const why = reason.trim() ? { reason: reason.trim() } : {};
  const isReady = answer !== '' && body.name !== '' && body.phone !== '' && (answer === 'yes' || reason.trim() !== '');
  return (
    <DeedForm
      label={say('console.contain.record')}
      onDone={onDone}
      isReady={isReady}
      run={() => call(routes.recordPhoneConsent, { params: { requestId: request.id }, body: { ...body, ...why } })}
    >
      <Radio.Group
        label={say('console.contain.phoneAnswer')}
        required
        value={answer}
        onChange={(next) => setAnswer(next as 'yes' | 'no')}
      >
        <Group gap="md" mt={4}>
          <Radio value="yes" label={say('console.contain.answerYes')} />
          <Radio value="no" label={say('console.contain.answerNo')} />
        </Group>
      </Radio.Group>
      <TextInput
        label={say('console.contain.name')}
        required
        maxLength={100}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <TextInput
        label={say('console.contain.phoneNumber')}
        required
        maxLength={30}
        value={phone}
        onChange={({ currentTarget }) => setPhone(currentTarget.value)}
      />
      <TextInput
        label={say('console.contain.phoneReason')}
        maxLength={300}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </DeedForm>
  );
}

function RunForm({ request, onDone }: Props & { onDone: () => void }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const [confirmation, setConfirmation] = useState('');
  const isStop = request.playbook.steps.includes('stop-host');
  const facts = { host: request.hostName, playbook: request.playbook.name[language] };
  return (
    <DeedForm
      label={say('console.contain.runDo')}
      onDone={onDone}
      isReady={!isStop || confirmation === request.hostName}
      isGrave
      run={() =>
        call(routes.runContainment, { params: { requestId: request.id }, body: isStop ? { confirmation } : {} })
      }
    >
      <Text size="sm">{say('console.contain.runText', facts)}</Text>
      {request.fourEyes && <Text size="sm">{say('console.contain.fourEyes')}</Text>}
      {isStop && (
        <TextInput
          label={say('console.contain.runConfirm', { name: request.hostName })}
          value={confirmation}
          onChange={({ currentTarget }) => setConfirmation(currentTarget.value)}
        />
      )}
    </DeedForm>
  );
}
