import { Stack, Tabs } from '@mantine/core';
import { moduleOfApi, type RuleModule, ruleModules } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type RuleFilter, rulesQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import { IconSearch } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { useRuleColumns } from './rule-columns.tsx';
import { RuleDrawer } from './rule-drawer.tsx';
import { RuleFilters } from './rule-filters.tsx';

const route = getRouteApi('/frame/rules');

/** The rules of an account, module by module. Filter and open rule live in the address. */
export function RulesPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  const module = search.module ?? 'intrusionPrevention';
  return (
    <Page
      title={say('console.nav.rules')}
      subtitle={say('console.rules.subtitle')}
      actions={
        <AccountFilter
          value={account?.id}
          onChange={(next) => void navigate({ search: { account: next, module: search.module }, replace: true })}
          required
        />
      }
    >
      <Tabs
        value={module}
        onChange={(next) =>
          void navigate({
            search: { account: search.account, text: search.text, module: ruleModules.find((each) => each === next) },
            replace: true,
          })
        }
      >
        <Tabs.List aria-label={say('console.alerts.module')}>
          {ruleModules.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {say(`module.${moduleOfApi[each]}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={module} pt="md">
          <OfAccount wanted={search.account}>
            {(shown) => <RuleList key={`${shown.id} ${module}`} accountId={shown.id} module={module} />}
          </OfAccount>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function RuleList({ accountId, module }: { accountId: string; module: RuleModule }) {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter: RuleFilter = {
    ...{ module, text: search.text },
    ...{ severity: search.severity, applicationTypeId: search.type },
  };
  const query = useQuery(rulesQuery(accountId, filter));
  const open = (rule: number | undefined) => void navigate({ search: (now) => ({ ...now, rule }), replace: true });
  const columns = useRuleColumns(module, open);
  return (
    <Stack gap="sm">
      <RuleFilters
        module={module}
        value={{ text: search.text, severity: search.severity, type: search.type }}
        types={query.data?.applicationTypes ?? []}
        onChange={(next) =>
          void navigate({ search: { account: search.account, module: search.module, ...next }, replace: true })
        }
      />
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say(`module.${moduleOfApi[module]}`)}
        columns={columns}
        rowKey={(rule) => String(rule.id)}
        empty={{ icon: IconSearch, title: say('console.rules.none'), children: say('console.rules.noneText') }}
        note={({ items, total }) =>
          total > items.length && (
            <p className="dim card-body" style={{ margin: 0, fontSize: '0.8125rem' }}>
              {say('console.rules.more', { shown: items.length, total })}
            </p>
          )
        }
      />
      <RuleDrawer accountId={accountId} module={module} ruleId={search.rule} onClose={() => open(undefined)} />
    </Stack>
  );
}
