import { Button, Group, NumberInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { deliveryWays, type ReportSettings, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { queryClient } from '../../session.tsx';
import { settingsQuery } from './queries.ts';

/** What was agreed with the customer about how reports come, and how many sign them. */
export function DeliverySettings({ accountId }: { accountId: string }) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.signoff.settings')} button={{ variant: 'default' }}>
      {(close) => <Settings accountId={accountId} onDone={close} />}
    </DialogButton>
  );
}

function Settings({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const query = useQuery(settingsQuery(accountId));
  return (
    <Loaded query={query}>
      {(settings) => <SettingsForm accountId={accountId} settings={settings} onDone={onDone} />}
    </Loaded>
  );
}

type FormProps = { accountId: string; settings: ReportSettings; onDone: () => void };
function SettingsForm({ accountId, settings, onDone }: FormProps) {
  const say = usePhrase();
  const [given, setGiven] = useState(settings);
  const save = useMutation({
    mutationFn: () => call(routes.setReportSettings, { params: { accountId }, body: given }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['report'] });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="sm">
        <Labelled label={say('console.signoff.settingSignatures')}>
          <SegmentedControl
            aria-label={say('console.signoff.settingSignatures')}
            data={[
              { value: '1', label: say('console.signoff.settingOne') },
              { value: '2', label: say('console.signoff.settingTwo') },
            ]}
            value={String(given.signatures)}
            onChange={(value) => setGiven({ ...given, signatures: Number(value) })}
          />
        </Labelled>
        <Labelled label={say('console.signoff.settingDelivery')}>
          <SegmentedControl
            aria-label={say('console.signoff.settingDelivery')}
            data={deliveryWays.map((value) => ({ value, label: say(`deliveryWay.${value}`) }))}
            value={given.delivery}
            onChange={(value) =>
              setGiven({ ...given, delivery: deliveryWays.find((way) => way === value) ?? 'attached' })
            }
          />
        </Labelled>
        {given.delivery === 'link' && (
          <NumberInput
            label={say('console.signoff.settingDays')}
            min={1}
            max={90}
            value={given.linkDays}
            onChange={(value) => setGiven({ ...given, linkDays: Number(value) || 1 })}
          />
        )}
        <Text size="xs" className="dim">
          {say('console.signoff.settingNote')}
        </Text>
        <ErrorNotice error={save.error} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {say('console.signoff.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      {children}
    </div>
  );
}
