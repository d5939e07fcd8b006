import { Button, Group, NumberInput, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { type ContainmentAim, type PlaybookEntry, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { ask } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { Effect } from './effect.tsx';
import { containmentSettingQuery, playbooksQuery } from './queries.ts';

export type ContainmentTarget = {
  readonly accountId: string;
  readonly hostId: string;
  readonly hostName: string;
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly proposalId?: string | undefined;
  readonly source?: string | undefined;
};

/** “Contain…”: a playbook is chosen for a host, with what it would do. Nothing is done by that. */
export function ProposeContainment({ target, label }: { target: ContainmentTarget; label?: string }) {
  const say = usePhrase();
  const { may } = useSession();
  if (!may('containment.propose')) return null;
  return (
    <DialogButton
      label={label ?? say('console.contain.propose')}
      title={say('console.contain.proposeTitle')}
      size="lg"
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <Chooser target={target} onDone={close} />}
    </DialogButton>
  );
}

type ChooserProps = { target: ContainmentTarget; onDone: () => void };

function Chooser({ target, onDone }: ChooserProps) {
  const query = useQuery(playbooksQuery);
  return <Loaded query={query}>{({ items }) => <Proposal target={target} onDone={onDone} playbooks={items} />}</Loaded>;
}

function Proposal({ target, onDone, playbooks }: ChooserProps & { playbooks: readonly PlaybookEntry[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const setting = useQuery(containmentSettingQuery(target.accountId)).data;
  const [chosen, setChosen] = useState(target.source ? 'block-source' : 'isolate-host');
  const playbook = playbooks.find(({ id }) => id === chosen) ?? playbooks[0]!;
  const [source, setSource] = useState(target.source ?? '');
  const [minutes, setMinutes] = useState<number | string | undefined>();
  const [scope, setScope] = useState<'host' | 'account'>('host');
  const [reason, setReason] = useState('');
  const isTimed = playbook.minutes !== undefined;
  const aim: ContainmentAim = {
    playbookId: playbook.id,
    scope: playbook.scopes.includes(scope) ? scope : playbook.scopes[0]!,
    ...(playbook.needsSource ? { source: source.trim() } : {}),
    ...(isTimed ? { minutes: Number(minutes ?? playbook.minutes!.usual) } : {}),
  };
  const propose = useMutation({
    mutationFn: () => {
      const { alertId, caseId, proposalId } = target;
      const more = {
        ...(alertId ? { alertId } : {}),
        ...(caseId ? { caseId } : {}),
        ...(proposalId ? { proposalId } : {}),
      };
      return call(routes.proposeContainment, {
        params: { hostId: target.hostId },
        body: { ...aim, ...more, reason: reason.trim() },
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['containment'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    propose.mutate(undefined, {
      onSuccess: () => {
        onDone();
        void navigate({ to: '/containment', search: { account: target.accountId } });
      },
    });
  };
  const isReady = reason.trim() !== '' && (!playbook.needsSource || source.trim().length > 1);
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.contain.proposeText', { host: target.hostName })}</Text>
        <Select
          label={say('console.contain.playbook')}
          description={playbook.summary[language]}
          data={playbooks.map(({ id, name }) => ({ value: id, label: name[language] }))}
          value={playbook.id}
          onChange={(next) => next && setChosen(next)}
          allowDeselect={false}
          data-autofocus
        />
        <Notice tone="info">{playbook.effect[language]}</Notice>
        {playbook.needsSource && (
          <TextInput
            label={say('console.contain.source')}
            description={say('console.blocks.sourceHint')}
            required
            value={source}
            onChange={({ currentTarget }) => setSource(currentTarget.value)}
          />
        )}
        {playbook.scopes.length > 1 && (
          <Radio.Group
            label={say('console.contain.scope')}
            value={scope}
            onChange={(next) => setScope(next as 'host' | 'account')}
          >
            <Group gap="md" mt={4}>
              <Radio value="host" label={say('console.proposals.scopeHost', { host: target.hostName })} />
              <Radio value="account" label={say('console.contain.everyHost')} />
            </Group>
          </Radio.Group>
        )}
        {isTimed && (
          <NumberInput
            label={say('console.contain.minutes')}
            value={minutes ?? playbook.minutes!.usual}
            onChange={setMinutes}
            min={playbook.minutes!.min}
            max={playbook.minutes!.max}
            allowDecimal={false}
          />
        )}
        {(!playbook.needsSource || source.trim().length > 1) && <Preview hostId={target.hostId} aim={aim} />}
        <ReasonField
          value={reason}
          onChange={setReason}
          label={say('console.contain.reason')}
          hint={say('console.contain.reasonHint')}
          lengthMax={300}
        />
        {setting && (
          <Text size="sm" fw={600}>
            {say(
              setting.needsConsent && playbook.needsConsent
                ? 'console.contain.needsConsent'
                : 'console.contain.noConsent',
            )}
          </Text>
        )}
        <ErrorNotice error={propose.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={propose.isPending} disabled={!isReady}>
            {say('console.contain.proposeDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What it would do, asked of the manager while the form is filled in; what stands against it is said here, too. */
function Preview({ hostId, aim }: { hostId: string; aim: ContainmentAim }) {
  const say = usePhrase();
  const query = useQuery({
    ...ask(['containment', 'preview', hostId, aim], routes.previewContainment, { params: { hostId }, body: aim }),
    retry: false,
    placeholderData: (before) => before,
  });
  return (
    <section aria-label={say('console.contain.preview')}>
      <Text size="sm" fw={600}>
        {say('console.contain.preview')}
      </Text>
      {query.error ? <ErrorNotice error={query.error} /> : query.data && <Effect preview={query.data} isAsked />}
    </section>
  );
}
