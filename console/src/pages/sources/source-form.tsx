import { Button, Checkbox, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { routes, type Source, type SourceKind, sourceKinds } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { queryClient, useAccounts } from '../../session.tsx';

export type SourceFormProps = { account: string | undefined; source?: Source; onDone: () => void };

/** Registers a sender, or changes one; what it is known by stays. */
export function SourceForm({ account, source, onDone }: SourceFormProps) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [accountId, setAccountId] = useState(account ?? accounts[0]?.id ?? '');
  const [name, setName] = useState(source?.name ?? '');
  const [kind, setKind] = useState<SourceKind>(source?.kind ?? 'address');
  const [value, setValue] = useState(source?.value ?? '');
  const [tenant, setTenant] = useState(source?.trendTenant ?? '');
  const [zone, setZone] = useState(source?.zone ?? 'Asia/Tokyo');
  const [silent, setSilent] = useState<string | number>(source?.silentMinutes ?? '');
  const [isRaw, setIsRaw] = useState(false);
  const silentMinutes = silent === '' ? undefined : Number(silent);
  const save = useMutation({
    mutationFn: async (): Promise<string | undefined> => {
      if (source) {
        const body = { name, zone, trendTenant: tenant || null, silentMinutes: silentMinutes ?? null };
        await call(routes.changeSource, { params: { sourceId: source.id }, body });
        return undefined;
      }
      const body = {
        ...{ name, kind, value, zone, isRaw: kind === 'sns' && isRaw },
        ...(tenant ? { trendTenant: tenant } : {}),
        ...(silentMinutes === undefined ? {} : { silentMinutes }),
      };
      return (await call(routes.addSource, { params: { accountId }, body })).rawPassword;
    },
    onSuccess: async (password) => {
      await queryClient.invalidateQueries({ queryKey: ['source'] });
      if (!password) onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (save.data)
    return (
      <Stack gap="sm">
        <Notice tone="watch">{say('console.sources.rawPassword')}</Notice>
        <CopyField value={save.data} />
        <Button onClick={onDone} style={{ alignSelf: 'flex-start' }}>
          {say('console.close')}
        </Button>
      </Stack>
    );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {!source && (
          <>
            <Select
              label={say('console.account')}
              data={accounts.map((each) => ({ value: each.id, label: each.name }))}
              value={accountId}
              allowDeselect={false}
              searchable
              required
              onChange={(next) => setAccountId(next ?? '')}
            />
            <Select
              label={say('console.sources.kind')}
              data={sourceKinds.map((each) => ({ value: each, label: say(`sourceKind.${each}`) }))}
              value={kind}
              allowDeselect={false}
              onChange={(next) => setKind(sourceKinds.find((each) => each === next) ?? 'address')}
            />
            <TextInput
              label={say('console.sources.value')}
              description={say(`console.sources.valueHint.${kind}`)}
              required
              maxLength={300}
              value={value}
              onChange={({ currentTarget }) => setValue(currentTarget.value)}
            />
          </>
        )}
        <TextInput
          label={say('console.sources.name')}
          required
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label={say('console.sources.tenant')}
          description={say('console.sources.tenantHint')}
          maxLength={200}
          value={tenant}
          onChange={({ currentTarget }) => setTenant(currentTarget.value)}
        />
        <Group grow align="flex-start">
          <TextInput
            label={say('console.sources.zone')}
            description={say('console.sources.zoneHint')}
            required
            maxLength={60}
            value={zone}
            onChange={({ currentTarget }) => setZone(currentTarget.value)}
          />
          <NumberInput
            label={say('console.sources.silent')}
            min={5}
            max={43_200}
            allowDecimal={false}
            value={silent}
            onChange={setSilent}
          />
        </Group>
        {!source && kind === 'sns' && (
          <Checkbox
            label={say('console.sources.raw')}
            checked={isRaw}
            onChange={({ currentTarget }) => setIsRaw(currentTarget.checked)}
          />
        )}
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {source ? say('console.save') : say('console.sources.add')}
        </Button>
      </Stack>
    </form>
  );
}
