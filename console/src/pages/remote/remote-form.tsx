import { Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import {
  type Remote,
  type RemoteMode,
  type RemoteProduct,
  type RemoteReach,
  remoteModes,
  remoteProducts,
  remoteReaches,
  remoteRegions,
  routes,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient, useAccounts } from '../../session.tsx';

export type RemoteFormProps = { account: string | undefined; remote?: Remote; onDone: () => void };

/** Attaches an account to a tenant, or changes one. A key goes in and never comes back. */
export function RemoteForm({ account, remote, onDone }: RemoteFormProps) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [accountId, setAccountId] = useState(remote?.accountId ?? account ?? accounts[0]?.id ?? '');
  const [name, setName] = useState(remote?.name ?? '');
  const [product, setProduct] = useState<RemoteProduct>(remote?.product ?? 'cloud-one');
  const [mode, setMode] = useState<RemoteMode>(remote?.mode ?? 'ruling');
  const [region, setRegion] = useState<string | null>(remote ? null : 'jp-1');
  const [address, setAddress] = useState(remote?.address ?? '');
  const [reach, setReach] = useState<RemoteReach>(remote?.reach ?? 'public');
  const [certificate, setCertificate] = useState('');
  const [apiKey, setApiKey] = useState('');
  const [tenant, setTenant] = useState(remote?.trendTenant ?? '');
  const isOwn = product === 'deep-security';
  const save = useMutation({
    mutationFn: async () => {
      const common = { name, mode, reach, trendTenant: tenant, ...(certificate ? { certificate } : {}) };
      if (remote) {
        const body = {
          ...common,
          ...(address === remote.address ? {} : { address }),
          ...(apiKey ? { apiKey } : {}),
        };
        return call(routes.changeRemote, { params: { accountId }, body });
      }
      const found = remoteRegions.find((each) => each === region);
      const body = {
        ...{ ...common, product, apiKey },
        ...(address ? { address } : {}),
        ...(found && !isOwn ? { region: found } : {}),
      };
      return call(routes.attachRemote, { params: { accountId }, body });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['remote'] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {!remote && (
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
              label={say('console.remote.product')}
              data={remoteProducts.map((each) => ({ value: each, label: say(`remoteProduct.${each}`) }))}
              value={product}
              allowDeselect={false}
              onChange={(next) => setProduct(remoteProducts.find((each) => each === next) ?? 'cloud-one')}
            />
          </>
        )}
        <TextInput
          label={say('console.remote.name')}
          required
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label={say('console.remote.mode')}
          description={say('console.remote.modeHint')}
          data={remoteModes.map((each) => ({ value: each, label: say(`remoteMode.${each}`) }))}
          value={mode}
          allowDeselect={false}
          onChange={(next) => setMode(remoteModes.find((each) => each === next) ?? 'ruling')}
        />
        <Group grow align="flex-start">
          {!remote && !isOwn && (
            <Select
              label={say('console.remote.region')}
              description={say('console.remote.regionHint')}
              data={[...remoteRegions]}
              value={region}
              clearable
              onChange={setRegion}
            />
          )}
          <Select
            label={say('console.remote.reach')}
            description={say('console.remote.reachHint')}
            data={remoteReaches.map((each) => ({ value: each, label: say(`remoteReach.${each}`) }))}
            value={reach}
            allowDeselect={false}
            onChange={(next) => setReach(remoteReaches.find((each) => each === next) ?? 'public')}
          />
        </Group>
        <TextInput
          label={say('console.remote.address')}
          description={say('console.remote.addressHint')}
          required={isOwn || region === null}
          maxLength={300}
          value={address}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        />
        <TextInput
          label={say('console.remote.apiKey')}
          description={say(remote ? 'console.remote.newKeyHint' : 'console.remote.apiKeyHint')}
          type="password"
          autoComplete="off"
          required={!remote}
          maxLength={2000}
          value={apiKey}
          onChange={({ currentTarget }) => setApiKey(currentTarget.value)}
        />
        <TextInput
          label={say('console.remote.trendTenant')}
          description={say('console.remote.trendTenantHint')}
          maxLength={200}
          value={tenant}
          onChange={({ currentTarget }) => setTenant(currentTarget.value)}
        />
        <Textarea
          label={say('console.remote.certificate')}
          description={say('console.remote.certificateHint')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={20_000}
          value={certificate}
          onChange={({ currentTarget }) => setCertificate(currentTarget.value)}
        />
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {remote ? say('console.save') : say('console.remote.attach')}
        </Button>
      </Stack>
    </form>
  );
}
