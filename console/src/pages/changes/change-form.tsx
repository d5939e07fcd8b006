import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { type ChangeKindName, type ChangeWish, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { AgentFields, RecipientFields, TaskFields } from './other-fields.tsx';
import { refreshChanges } from './queries.ts';
import { ExclusionFields, ModeFields, PolicyFields } from './wish-fields.tsx';

export type ChangeFormProps = {
  readonly accountId: string;
  /** The ticket that asks for it. */
  readonly ticket?: { readonly id: string; readonly subject: string };
  readonly onDone: () => void;
};

const fields = {
  policy: PolicyFields,
  recipients: RecipientFields,
  mode: ModeFields,
  exclusion: ExclusionFields,
  task: TaskFields,
  agent: AgentFields,
} as const satisfies Record<ChangeKindName, unknown>;

/** Asks for a change; what it would change and mean is shown before anybody approves it. */
export function ChangeForm({ accountId, ticket, onDone }: ChangeFormProps) {
  const say = usePhrase();
  const navigate = useNavigate();
  const [kind, setKind] = useState<ChangeKindName>('policy');
  const [wish, setWish] = useState<ChangeWish | undefined>();
  const [requester, setRequester] = useState('');
  const [reason, setReason] = useState('');
  const create = useMutation({
    mutationFn: () =>
      call(routes.createChange, {
        params: { accountId },
        body: {
          ...{ wish: wish!, reason: reason.trim() },
          ...(ticket ? { ticketId: ticket.id } : {}),
          ...(requester.trim() === '' ? {} : { requester: requester.trim() }),
        },
      }),
    onSuccess: async ({ id }) => {
      await refreshChanges();
      onDone();
      void navigate({ to: '/changes/$changeId', params: { changeId: id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const Fields = fields[kind];
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label={say('console.change.kind')}
          data={Object.keys(fields).map((each) => ({
            value: each,
            label: say(`changeKind.${each as ChangeKindName}`),
          }))}
          value={kind}
          onChange={(next) => {
            if (!next) return;
            setWish(undefined);
            setKind(next as ChangeKindName);
          }}
          allowDeselect={false}
          data-autofocus
        />
        <Fields key={kind} accountId={accountId} onWish={setWish} />
        {!ticket && (
          <TextInput
            label={say('console.change.requester')}
            description={say('console.change.requesterHint')}
            maxLength={200}
            value={requester}
            onChange={(event) => setRequester(event.currentTarget.value)}
          />
        )}
        <ReasonField value={reason} onChange={setReason} hint={say('console.change.reasonHint')} />
        <ErrorNotice error={create.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!wish || reason.trim() === ''}>
            {say('console.change.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
