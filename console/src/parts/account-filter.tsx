import { Select } from '@mantine/core';
import type { Account } from '@sakimori/contract';
import { usePhrase } from '../language.tsx';
import { useAccounts, useSession } from '../session.tsx';

export type AccountFilterProps = {
  readonly value: string | undefined;
  readonly onChange: (accountId: string | undefined) => void;
  /** Always one account: for pages that show one at a time. */
  readonly required?: boolean;
};

/** Chooses one account, or all. Only the provider's staff see more than one. */
export function AccountFilter({ value, onChange, required = false }: AccountFilterProps) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const accounts = useAccounts();
  if (!isProvider) return null;
  return (
    <Select
      size="sm"
      w={{ base: '100%', xs: 220 }}
      aria-label={say('console.account')}
      placeholder={required ? '' : say('console.allAccounts')}
      data={accounts.map((account) => ({ value: account.id, label: account.name }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      clearable={!required}
      allowDeselect={!required}
      searchable
    />
  );
}

/** The account that the address names, else the first; undefined until they are here or where there is none. */
export function useChosenAccount(wanted: string | undefined): Account | undefined {
  const accounts = useAccounts();
  return accounts.find((account) => account.id === wanted) ?? accounts[0];
}

/** Name of an account by its id, the id itself until the names are here. */
export function useAccountName(): (accountId: string | undefined) => string {
  const accounts = useAccounts();
  return (accountId) => accounts.find((account) => account.id === accountId)?.name ?? accountId ?? '';
}
