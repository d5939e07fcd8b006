import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import {
  type Host,
  type IntrusionMode,
  type IntrusionPreview,
  intrusionSwitchDaysMax,
  previewDays,
  routes,
  ruleNameIn,
} from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient, useSession } from '../../session.tsx';

const modeQuery = (hostId: string) => ({
  queryKey: ['host', 'intrusion-mode', hostId],
  queryFn: () => call(routes.getIntrusionMode, { params: { hostId } }),
});
const previewQuery = (hostId: string, mode: 'prevent' | 'detect') => ({
  queryKey: ['host', 'intrusion-mode', hostId, mode],
  queryFn: () => call(routes.previewIntrusionMode, { params: { hostId }, query: { mode } }),
});
const refresh = () => queryClient.invalidateQueries({ queryKey: ['host'] });

/** Whether intrusion prevention blocks on this host, and the switch for this host alone. */
export function IntrusionModeCard({ host }: { host: Host }) {
  const query = useQuery(modeQuery(host.id));
  return (
    <Loaded query={query}>{(mode) => (mode.state === 'off' ? null : <ModeView host={host} mode={mode} />)}</Loaded>
  );
}

function ModeView({ host, mode }: { host: Host; mode: IntrusionMode }) {
  const say = usePhrase();
  const { may } = useSession();
  const { switch: switched } = mode;
  const mayWrite = may('policy.write') && host.liveness.state !== 'retired';
  const end = async (reason: string) => {
    await call(routes.endIntrusionSwitch, { params: { hostId: host.id }, body: { reason } });
    await refresh();
  };
  const actions = mayWrite && (
    <Group gap="xs">
      {switched && (
        <ConfirmButton
          label={say('console.intrusionMode.end')}
          text={say('console.intrusionMode.endText', { mode: wordOf(say, mode.stateWithoutSwitch) })}
          reasonLabel={say('console.reason')}
          onConfirm={end}
        />
      )}
      <DialogButton
        label={say('console.intrusionMode.switch')}
        size="lg"
        button={{ size: 'compact-sm', variant: 'default' }}
      >
        {(close) => <SwitchForm host={host} mode={mode} onDone={close} />}
      </DialogButton>
    </Group>
  );
  return (
    <Card title={say('console.intrusionMode.title')} actions={actions}>
      <FactList
        facts={[
          [
            say('console.intrusionMode.state'),
            <StateBadge key="state" tone={mode.state === 'prevent' ? 'good' : 'watch'}>
              {wordOf(say, mode.state)}
            </StateBadge>,
          ],
          [say('console.intrusionMode.policy'), switched && wordOf(say, mode.stateWithoutSwitch)],
          [say('console.intrusionMode.until'), switched && <Time key="until" at={switched.until} relative />],
          [say('console.reason'), switched?.reason],
          [say('console.intrusionMode.by'), switched?.createdBy],
        ]}
      />
      {!switched && (
        <Text size="xs" className="dim" mt={4}>
          {say('console.intrusionMode.asPolicy')}
        </Text>
      )}
    </Card>
  );
}

const wordOf = (say: ReturnType<typeof usePhrase>, state: IntrusionMode['state']): string =>
  state === 'off' ? say('console.module.off') : say(`mode.${state}`);

/** A time of Japan, as the field takes it. */
const fieldTime = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 16);
const toInstant = (local: string): string => new Date(`${local}:00+09:00`).toISOString();

function SwitchForm({ host, mode, onDone }: { host: Host; mode: IntrusionMode; onDone: () => void }) {
  const say = usePhrase();
  const [wanted, setWanted] = useState<'prevent' | 'detect'>(mode.state === 'detect' ? 'prevent' : 'detect');
  const [until, setUntil] = useState(() => fieldTime(Date.now() + 86_400_000));
  const [reason, setReason] = useState('');
  const preview = useQuery(previewQuery(host.id, wanted));
  const turn = useMutation({
    mutationFn: async () => {
      const body = { mode: wanted, until: toInstant(until), reason: reason.trim() };
      await call(routes.switchIntrusionMode, { params: { hostId: host.id }, body });
      await refresh();
    },
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    turn.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.intrusionMode.text', { name: host.facts.name })}</Text>
        <SegmentedControl
          value={wanted}
          onChange={(value) => setWanted(value as 'prevent' | 'detect')}
          data={(['prevent', 'detect'] as const).map((value) => ({ value, label: say(`mode.${value}`) }))}
        />
        <Loaded query={preview}>{(found) => <Effect preview={found} />}</Loaded>
        <TextInput
          type="datetime-local"
          label={say('console.intrusionMode.until')}
          description={say('console.intrusionMode.untilHint', { days: intrusionSwitchDaysMax })}
          required
          value={until}
          onChange={({ currentTarget }) => setUntil(currentTarget.value)}
          style={{ maxWidth: '18rem' }}
        />
        <ReasonField value={reason} onChange={setReason} lengthMax={300} />
        <ErrorNotice error={turn.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={turn.isPending} disabled={!reason.trim() || !until}>
            {say('console.intrusionMode.do')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const shownRules = 5;

/** What the last days would have been under the other mode. */
function Effect({ preview }: { preview: IntrusionPreview }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { mode, wouldPass, wouldBlock, rules, byRule } = preview;
  const changed = byRule.filter(({ effect }) => effect !== 'same');
  return (
    <Stack gap={4} aria-live="polite">
      <Text size="sm" fw={600}>
        {mode === 'detect'
          ? say('console.intrusionMode.wouldPass', { count: wouldPass, days: previewDays })
          : say('console.intrusionMode.wouldBlock', { count: wouldBlock, days: previewDays })}
      </Text>
      <Text size="xs" className="dim">
        {say('console.intrusionMode.rules', { inForce: rules.inForce, now: rules.blockNow, later: rules.blockThen })}
      </Text>
      {changed.slice(0, shownRules).map((rule) => (
        <Text key={rule.ruleId} size="sm">
          {say('console.intrusionMode.ruleCount', {
            name: ruleNameIn(language, rule),
            count: rule.effect === 'passes' ? rule.blocked : rule.detected,
          })}
        </Text>
      ))}
    </Stack>
  );
}
