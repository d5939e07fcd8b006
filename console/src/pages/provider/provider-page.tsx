import { Button, FileButton, Group, Stack, Text } from '@mantine/core';
import { type Brand, nameOfProvider, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconId, IconPlus } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { brandsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { BrandForm } from './brand-form.tsx';
import { BrandPreview } from './brand-preview.tsx';

/** Who provides the service, brand by brand. */
export function ProviderPage() {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(brandsQuery);
  const isFirst = query.data?.items.length === 0;
  const add = may('provider.write') && query.data && (
    <DialogButton
      label={say(isFirst ? 'console.provider.first' : 'console.provider.add')}
      size="xl"
      button={{ leftSection: <IconPlus size={16} /> }}
    >
      {(close) => <BrandForm onDone={close} />}
    </DialogButton>
  );
  return (
    <Page title={say('console.nav.provider')} subtitle={say('console.provider.subtitle')} actions={!isFirst && add}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Card>
              <EmptyState icon={IconId} title={say('console.provider.none')} action={add}>
                {say('console.provider.noneText')}
              </EmptyState>
            </Card>
          ) : (
            <Stack>
              {items.map((brand) => (
                <BrandCard key={brand.id} brand={brand} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function BrandCard({ brand }: { brand: Brand }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  return (
    <Card
      title={say.bracket(nameOfProvider(language, brand.profile), brand.label)}
      actions={
        may('provider.write') && (
          <Group gap="xs">
            <LogoButtons brand={brand} />
            <DialogButton
              label={say('console.provider.edit')}
              size="xl"
              button={{ size: 'compact-sm', variant: 'default' }}
            >
              {(close) => <BrandForm brand={brand} onDone={close} />}
            </DialogButton>
          </Group>
        )
      }
    >
      <Stack gap="sm">
        <Group gap="xs">
          {brand.isDefault && <StateBadge tone="info">{say('console.provider.standard')}</StateBadge>}
          {!brand.isDefault && <Text size="sm">{say('console.provider.customers', { count: brand.customers })}</Text>}
          <Text size="sm" className="dim" component="div">
            {say('console.provider.version', { version: brand.version })} · {brand.updatedBy} ·{' '}
            <Time at={brand.updatedAt} />
          </Text>
        </Group>
        <BrandPreview profile={brand.profile} logo={brand.logo} />
      </Stack>
    </Card>
  );
}

function LogoButtons({ brand }: { brand: Brand }) {
  const say = usePhrase();
  const put = useMutation({
    mutationFn: async (file: File | null) => {
      const content = file ? base64Of(new Uint8Array(await file.arrayBuffer())) : '';
      return call(routes.putLogo, { params: { brandId: brand.id }, body: { content } });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: brandsQuery.queryKey.slice(0, 1) }),
  });
  return (
    <Stack gap={4} align="flex-end">
      <Group gap="xs">
        <FileButton accept="image/png,image/svg+xml" onChange={(file) => file && put.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              size="compact-sm"
              variant="default"
              loading={put.isPending}
              title={say('console.provider.logoHint')}
            >
              {say('console.provider.logo')}
            </Button>
          )}
        </FileButton>
        {brand.logo && (
          <Button size="compact-sm" variant="default" onClick={() => put.mutate(null)}>
            {say('console.provider.takeLogo')}
          </Button>
        )}
      </Group>
      <ErrorNotice error={put.error} />
    </Stack>
  );
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
