import { Button, FileInput, Group, Stack, Text, TextInput } from '@mantine/core';
import { type Onboarding, routes, type StepRecord } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Dialog, DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconCheck, IconClock, IconPencil, IconUpload } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { refreshOnboardings, toBase64 } from './queries.ts';

type Secrets = { apiKey: string; enrolmentToken: string; hostsMax: number };
const tones = { waiting: 'idle', open: 'info', done: 'good' } as const;
const small = { size: 'compact-sm', variant: 'default' } as const;

/** The five steps in their order: who has each, until when, what proves it, and the next action of the one that is open (S40). */
export function Steps({ onboarding }: { onboarding: Onboarding }) {
  const say = usePhrase();
  const { may } = useSession();
  const [secrets, setSecrets] = useState<Secrets>();
  const mayWrite = may('onboarding.write') && onboarding.state === 'open';
  return (
    <Card flush title={say('console.onboarding.steps')}>
      <ol className="onboarding-steps">
        {onboarding.steps.map((step, index) => (
          <li key={step.step} data-state={step.state}>
            <StepHead step={step} number={index + 1} />
            <Proof step={step} />
            {mayWrite && <Actions onboarding={onboarding} step={step} onSecrets={setSecrets} />}
          </li>
        ))}
      </ol>
      <Dialog
        opened={secrets !== undefined}
        onClose={() => setSecrets(undefined)}
        title={say('console.onboarding.issued')}
        size="lg"
      >
        {secrets && (
          <Stack gap="sm">
            <Notice tone="warn">{say('console.onboarding.secretsText')}</Notice>
            <CopyField label={say('console.onboarding.apiKey')} value={secrets.apiKey} />
            <CopyField
              label={say('console.onboarding.token', { count: secrets.hostsMax })}
              value={secrets.enrolmentToken}
            />
          </Stack>
        )}
      </Dialog>
    </Card>
  );
}

function StepHead({ step, number }: { step: StepRecord; number: number }) {
  const say = usePhrase();
  return (
    <Group gap="sm" wrap="wrap">
      <Text fw={600}>{`${number}. ${say(`onboardingStep.${step.step}`)}`}</Text>
      <StateBadge tone={tones[step.state]} icon={step.state === 'done' ? IconCheck : IconClock}>
        {say(`stepState.${step.state}`)}
      </StateBadge>
      <Text size="sm" component="span">
        {say.pair(
          say('console.onboarding.owner'),
          step.person
            ? say.bracket(say(`onboardingOwner.${step.owner}`), step.person)
            : say(`onboardingOwner.${step.owner}`),
        )}
      </Text>
      <Text size="sm" className="dim" component="span">
        {step.doneAt ? (
          <>
            <Time at={step.doneAt} /> {step.doneBy}
          </>
        ) : (
          say.pair(say('console.onboarding.due'), step.dueOn)
        )}
      </Text>
    </Group>
  );
}

const shownMax = 8;
function Proof({ step: { evidence, remarks } }: { step: StepRecord }) {
  const say = usePhrase();
  if (evidence.length + remarks.length === 0) return null;
  return (
    <div className="dim" style={{ fontSize: '0.8125rem' }}>
      {remarks.map(({ kind, reason, by, at }) => (
        <div key={at}>{say.bracket(say.pair(say(`stepRemark.${kind}`), reason), by)}</div>
      ))}
      {evidence.slice(0, shownMax).map(({ kind, text, at }) => (
        <div key={at + text}>{say.pair(say(`evidenceKind.${kind}`), text)}</div>
      ))}
      {evidence.length > shownMax && <div>{say('console.onboarding.more', { count: evidence.length - shownMax })}</div>}
    </div>
  );
}

type ActionProps = {
  readonly onboarding: Onboarding;
  readonly step: StepRecord;
  readonly onSecrets: (secrets: Secrets) => void;
};

function Actions({ onboarding, step, onSecrets }: ActionProps) {
  const say = usePhrase();
  const { may } = useSession();
  const params = { onboardingId: onboarding.id };
  const { version } = onboarding;
  const complete = useMutation({
    mutationFn: () => call(routes.completeStep, { params: { ...params, step: step.step }, body: { version } }),
    onSettled: refreshOnboardings,
  });
  const issue = async () => {
    const { secrets } = await call(routes.issueOnboarding, { params, body: { version } });
    await refreshOnboardings();
    if (secrets) onSecrets(secrets);
  };
  const reopen = async (reason: string) => {
    await call(routes.reopenStep, { params: { ...params, step: step.step }, body: { version, reason } });
    await refreshOnboardings();
  };
  const isOpen = step.state === 'open';
  const isClosed = onboarding.gate.some(({ result }) => result === 'fail');
  return (
    <Stack gap={6}>
      <Group gap="xs">
        {isOpen && step.step === 'issue' && (
          <ConfirmButton
            label={say('console.onboarding.issue')}
            harmless
            text={say('console.onboarding.issueText', {
              account: onboarding.accountName,
              servers: onboarding.servers,
              recipients: onboarding.order.recipients.length,
            })}
            onConfirm={issue}
            button={{ variant: 'filled' }}
          />
        )}
        {isOpen && step.step === 'start' && (!isClosed || may('onboarding.override')) && (
          <GoLive onboarding={onboarding} isClosed={isClosed} />
        )}
        {isOpen && step.step !== 'issue' && step.step !== 'start' && (
          <Button size="compact-sm" loading={complete.isPending} onClick={() => complete.mutate()}>
            {say('console.onboarding.complete')}
          </Button>
        )}
        {isOpen && step.step === 'contract' && (
          <DialogButton
            label={say('console.onboarding.addHearing')}
            button={{ ...small, leftSection: <IconUpload size={15} /> }}
          >
            {(close) => <AddFile onboarding={onboarding} step={step} onDone={close} />}
          </DialogButton>
        )}
        {step.state !== 'done' && (
          <DialogButton
            label={say('console.onboarding.assign')}
            button={{ ...small, leftSection: <IconPencil size={15} /> }}
          >
            {(close) => <Assign onboarding={onboarding} step={step} onDone={close} />}
          </DialogButton>
        )}
        {step.state === 'done' &&
          (onboarding.accountId === undefined || step.step === 'install' || step.step === 'rules') && (
            <ConfirmButton
              label={say('console.onboarding.reopen')}
              text={say('console.onboarding.reopenText')}
              reasonLabel={say('console.reason')}
              onConfirm={reopen}
            />
          )}
      </Group>
      <ErrorNotice error={complete.error} />
    </Stack>
  );
}

function GoLive({ onboarding, isClosed }: { onboarding: Onboarding; isClosed: boolean }) {
  const say = usePhrase();
  const goLive = async (reason: string) => {
    const body = { version: onboarding.version, ...(isClosed ? { overrideReason: reason } : {}) };
    await call(routes.goLive, { params: { onboardingId: onboarding.id }, body });
    await refreshOnboardings();
  };
  return (
    <ConfirmButton
      label={say(isClosed ? 'console.onboarding.goLiveAnyway' : 'console.onboarding.goLive')}
      text={say(isClosed ? 'console.onboarding.goLiveAnywayText' : 'console.onboarding.goLiveText')}
      {...(isClosed ? { reasonLabel: say('console.reason') } : { harmless: true })}
      onConfirm={goLive}
      button={isClosed ? small : { variant: 'filled' }}
    />
  );
}

type FormProps = { readonly onboarding: Onboarding; readonly step: StepRecord; readonly onDone: () => void };

function Assign({ onboarding, step, onDone }: FormProps) {
  const say = usePhrase();
  const [person, setPerson] = useState(step.person ?? '');
  const [dueOn, setDueOn] = useState(step.dueOn);
  const assign = useMutation({
    mutationFn: () =>
      call(routes.assignStep, {
        params: { onboardingId: onboarding.id, step: step.step },
        body: { version: onboarding.version, ...(person.trim() ? { person } : {}), ...(dueOn ? { dueOn } : {}) },
      }),
    onSuccess: async () => {
      await refreshOnboardings();
      onDone();
    },
  });
  return (
    <Stack gap="sm">
      <TextInput
        label={say('console.onboarding.person')}
        maxLength={200}
        value={person}
        onChange={(event) => setPerson(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label={say('console.onboarding.due')}
        type="date"
        value={dueOn}
        onChange={(event) => setDueOn(event.currentTarget.value)}
      />
      <ErrorNotice error={assign.error} />
      <Button loading={assign.isPending} onClick={() => assign.mutate()} style={{ alignSelf: 'flex-end' }}>
        {say('console.save')}
      </Button>
    </Stack>
  );
}

function AddFile({ onboarding, step, onDone }: FormProps) {
  const say = usePhrase();
  const [file, setFile] = useState<File | null>(null);
  const add = useMutation({
    mutationFn: async (given: File) =>
      call(routes.addOnboardingFile, {
        params: { onboardingId: onboarding.id },
        body: {
          version: onboarding.version,
          step: step.step,
          kind: 'hearing',
          name: given.name.slice(0, 200),
          file: await toBase64(given),
        },
      }),
    onSuccess: async () => {
      await refreshOnboardings();
      onDone();
    },
  });
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.onboarding.addHearingText')}</Text>
      <FileInput
        label={say('console.onboarding.file')}
        placeholder={say('console.onboarding.filePlaceholder')}
        clearable
        value={file}
        onChange={setFile}
        leftSection={<IconUpload size={16} />}
      />
      <ErrorNotice error={add.error} />
      <Button
        disabled={file === null}
        loading={add.isPending}
        onClick={() => file && add.mutate(file)}
        style={{ alignSelf: 'flex-end' }}
      >
        {say('console.onboarding.keep')}
      </Button>
    </Stack>
  );
}
