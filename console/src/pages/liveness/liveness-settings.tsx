import { Button, Checkbox, Group, NumberInput, Stack, Textarea } from '@mantine/core';
import { type LivenessSettings, type ProbePoint, type RouteAnswer, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { livenessSettingsQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

/** By what patience hosts of an account are watched. */
export function LivenessSettingsButton({ accountId }: { accountId: string }) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.check.settings')}
      title={say('console.check.settingsTitle')}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <Settings accountId={accountId} onDone={close} />}
    </DialogButton>
  );
}

function Settings({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const query = useQuery(livenessSettingsQuery(accountId));
  return (
    <Loaded query={query}>
      {(settings) => <SettingsForm accountId={accountId} settings={settings} onDone={onDone} />}
    </Loaded>
  );
}

const write = ({ address, port }: ProbePoint): string =>
  port === undefined ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** A line that is no address is sent as it is: the manager says what is wrong with it. */
function read(line: string): ProbePoint {
  const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(line.trim()) ?? [];
  const address = six ?? four ?? line.trim();
  return port === undefined ? { address } : { address, port: Number(port) };
}

type FormProps = {
  accountId: string;
  settings: RouteAnswer<typeof routes.getLivenessSettings>;
  onDone: () => void;
};

const numberOf = (value: number | string): number | undefined => (value === '' ? undefined : Number(value));

function SettingsForm({ accountId, settings, onDone }: FormProps) {
  const say = usePhrase();
  const [silence, setSilence] = useState<number | string>(settings.silenceSeconds ?? '');
  const [ended, setEnded] = useState<number | string>(settings.endedSeconds ?? '');
  const [probes, setProbes] = useState(settings.probes);
  const [points, setPoints] = useState(settings.referencePoints.map(write).join('\n'));
  const [forgive, setForgive] = useState<number | string>(settings.forgiveMinutes);
  const [notice, setNotice] = useState<number | string>(settings.noticeHours);
  const save = useMutation({
    mutationFn: () => {
      const body: LivenessSettings = {
        ...{ silenceSeconds: numberOf(silence), endedSeconds: numberOf(ended), probes },
        referencePoints: points
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(read),
        ...{ forgiveMinutes: Number(forgive), noticeHours: Number(notice) },
      };
      return call(routes.setLivenessSettings, { params: { accountId }, body });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['host'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined, { onSuccess: onDone });
  };
  const { silenceSecondsDefault, endedSecondsDefault } = settings;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <NumberInput
          label={say('console.check.silenceField', { seconds: silenceSecondsDefault })}
          value={silence}
          onChange={setSilence}
          min={silenceSecondsDefault}
          max={86_400}
          allowDecimal={false}
        />
        <NumberInput
          label={say('console.check.endedField', { seconds: endedSecondsDefault })}
          value={ended}
          onChange={setEnded}
          min={1}
          max={86_400}
          allowDecimal={false}
        />
        <Checkbox
          label={say('console.check.probesField')}
          checked={probes}
          onChange={({ currentTarget }) => setProbes(currentTarget.checked)}
        />
        <Textarea
          label={say('console.check.references')}
          description={say('console.check.referencesHint')}
          value={points}
          onChange={({ currentTarget }) => setPoints(currentTarget.value)}
          autosize
          minRows={2}
          maxRows={4}
          spellCheck={false}
        />
        <NumberInput
          label={say('console.check.forgive')}
          value={forgive}
          onChange={setForgive}
          min={0}
          max={1440}
          required
          allowDecimal={false}
        />
        <NumberInput
          label={say('console.check.notice')}
          value={notice}
          onChange={setNotice}
          min={0}
          max={720}
          required
          allowDecimal={false}
        />
        <ErrorNotice error={save.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {say('console.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
