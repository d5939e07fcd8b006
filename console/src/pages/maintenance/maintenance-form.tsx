import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { ScopeFields, useFirstScope } from './scope-fields.tsx';

const ways = ['console', 'mail', 'phone'] as const;
/** What a field for date and time holds is Japan's time. */
const inJapan = (text: string): string => `${text}:00+09:00`;

/** Announces maintenance, or writes down what came by mail or on the phone. */
export function MaintenanceForm({ account, onDone }: { account: string | undefined; onDone: () => void }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const [scope, setScope] = useState(useFirstScope(account));
  const [startsAt, setStartsAt] = useState('');
  const [endsAt, setEndsAt] = useState('');
  const [rule, setRule] = useState('');
  const [reason, setReason] = useState('');
  const [how, setHow] = useState<(typeof ways)[number]>('mail');
  const [by, setBy] = useState('');
  const add = useMutation({
    mutationFn: () => {
      const { accountId, hostIds, modules } = scope;
      const body = {
        ...{ hostIds, modules, reason, startsAt: inJapan(startsAt), endsAt: inJapan(endsAt) },
        ...(rule ? { rule } : {}),
        ...(isProvider ? { how, ...(by ? { announcedBy: by } : {}) } : {}),
      };
      return call(routes.announceMaintenance, { params: { accountId }, body });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['host'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <ScopeFields scope={scope} onChange={setScope} />
        <Group grow align="flex-start">
          <TextInput
            type="datetime-local"
            label={say('console.maintenance.startsAt')}
            required
            value={startsAt}
            onChange={({ currentTarget }) => setStartsAt(currentTarget.value)}
          />
          <TextInput
            type="datetime-local"
            label={say('console.maintenance.endsAt')}
            required
            value={endsAt}
            onChange={({ currentTarget }) => setEndsAt(currentTarget.value)}
          />
        </Group>
        <Text size="xs" className="dim">
          {say('console.maintenance.zone')}
        </Text>
        <Textarea
          label={say('console.maintenance.reason')}
          required
          maxLength={1000}
          autosize
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <TextInput
          label={say('console.maintenance.rule')}
          description={say('console.maintenance.ruleHint')}
          maxLength={300}
          value={rule}
          onChange={({ currentTarget }) => setRule(currentTarget.value)}
        />
        {isProvider && (
          <Group grow align="flex-start">
            <Select
              label={say('console.maintenance.how')}
              data={ways.map((way) => ({ value: way, label: say(`maintenanceWay.${way}`) }))}
              value={how}
              allowDeselect={false}
              onChange={(next) => setHow(ways.find((way) => way === next) ?? 'mail')}
            />
            <TextInput
              label={say('console.maintenance.by')}
              maxLength={200}
              value={by}
              onChange={({ currentTarget }) => setBy(currentTarget.value)}
            />
          </Group>
        )}
        <ErrorNotice error={add.error} />
        <Button type="submit" loading={add.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.maintenance.add')}
        </Button>
      </Stack>
    </form>
  );
}
