import { MultiSelect, Select } from '@mantine/core';
import { DetectionModule } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { hostsQuery } from '../../queries.ts';
import { useAccounts, useSession } from '../../session.tsx';

export type Scope = { readonly accountId: string; readonly hostIds: string[]; readonly modules: DetectionModule[] };

export function useFirstScope(account: string | undefined): Scope {
  const accounts = useAccounts();
  const { person } = useSession();
  const only = accounts.length === 1 ? accounts[0]?.id : undefined;
  return { accountId: person.accountId ?? account ?? only ?? '', hostIds: [], modules: ['system'] };
}

type Props = { readonly scope: Scope; readonly onChange: (scope: Scope) => void };

/** Of which account, which of its hosts, and what of them is silent. A customer's own is liveness. */
export function ScopeFields({ scope, onChange }: Props) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const accounts = useAccounts();
  const hosts = useQuery({ ...hostsQuery(scope.accountId), enabled: scope.accountId !== '' }).data?.items ?? [];
  return (
    <>
      {isProvider && (
        <Select
          label={say('console.account')}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          value={scope.accountId || null}
          onChange={(next) => onChange({ ...scope, accountId: next ?? '', hostIds: [] })}
          required
          searchable
          allowDeselect={false}
        />
      )}
      <MultiSelect
        label={say('console.maintenance.scope')}
        placeholder={scope.hostIds.length === 0 ? say('console.maintenance.allHosts') : ''}
        data={hosts
          .filter(({ liveness }) => liveness.state !== 'retired')
          .map(({ id, facts }) => ({ value: id, label: facts.name }))}
        value={scope.hostIds}
        onChange={(hostIds) => onChange({ ...scope, hostIds })}
        searchable
        clearable
      />
      {isProvider && (
        <MultiSelect
          label={say('console.maintenance.modules')}
          description={say('console.maintenance.modulesHint')}
          data={DetectionModule.options.map((module) => ({ value: module, label: say(`module.${module}`) }))}
          value={scope.modules}
          onChange={(words) =>
            onChange({ ...scope, modules: DetectionModule.options.filter((module) => words.includes(module)) })
          }
        />
      )}
    </>
  );
}
