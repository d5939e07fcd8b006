import { Select } from '@mantine/core';
import { type Account, nameOfProvider, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { accountsQuery, brandsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

/** Under which brand the customer is served; nothing to choose where there is one. */
export function BrandChoice({ account }: { account: Account }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  const brands = useQuery({ ...brandsQuery, enabled: may('provider.write') }).data?.items ?? [];
  const set = useMutation({
    mutationFn: (brandId: string | null) =>
      call(routes.setAccountBrand, { params: { accountId: account.id }, body: { brandId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  if (brands.length < 2) return null;
  const standard = brands.find(({ isDefault }) => isDefault);
  return (
    <div style={{ padding: '0.75rem' }}>
      <Select
        size="sm"
        maw={320}
        label={say('console.provider.brandOf')}
        data={brands.map(({ id, label, profile }) => ({
          value: id,
          label: say.bracket(nameOfProvider(language, profile), label),
        }))}
        value={account.brandId ?? standard?.id ?? null}
        allowDeselect={false}
        onChange={(next) => set.mutate(next === standard?.id ? null : next)}
      />
      <ErrorNotice error={set.error} />
    </div>
  );
}
