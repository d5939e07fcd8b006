import { type Account, moduleOfApi, type PolicyBranch } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { policyTreeQuery } from '../../configuration-queries.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconShieldCheck } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { inTreeOrder, type PlacedPolicy } from './tree-order.ts';

const route = getRouteApi('/frame/policies');

/** Policies of an account, each below the one it inherits from. */
export function PoliciesPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  return (
    <Page
      title={say('console.nav.policies')}
      subtitle={say('console.policies.subtitle')}
      actions={
        <AccountFilter
          value={account?.id}
          onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          required
        />
      }
    >
      <OfAccount wanted={search.account}>{(shown) => <PolicyTree key={shown.id} account={shown} />}</OfAccount>
    </Page>
  );
}

function PolicyTree({ account }: { account: Account }) {
  const say = usePhrase();
  const query = useQuery(policyTreeQuery(account.id));
  const columns: Column<PlacedPolicy>[] = [
    { key: 'name', head: say('console.hosts.policy'), cell: (placed) => <PolicyName placed={placed} /> },
    {
      key: 'modules',
      head: say('console.policies.modules'),
      width: '34%',
      cell: ({ policy }) => <ModuleWords policy={policy} />,
    },
    {
      key: 'hosts',
      head: say('console.policies.hosts'),
      width: 100,
      align: 'right',
      cell: ({ policy }) => say('console.countOfHosts', { count: policy.hostCount }),
    },
    {
      key: 'version',
      head: say('console.policies.version'),
      width: 100,
      cell: ({ policy }) => <span className="figures">v{policy.version}</span>,
    },
    {
      key: 'id',
      head: say('console.policies.apiId'),
      width: 90,
      align: 'right',
      cell: ({ policy }) => <span className="figures">{policy.number}</span>,
    },
    {
      key: 'at',
      head: say('console.policies.updatedAt'),
      width: 170,
      cell: ({ policy }) => <Time at={policy.updatedAt} stacked />,
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => inTreeOrder(items)}
      label={say('console.nav.policies')}
      columns={columns}
      rowKey={({ policy }) => policy.id}
      empty={{
        icon: IconShieldCheck,
        title: say('console.policies.none'),
        children: say('console.policies.noneText'),
      }}
    />
  );
}

const indentRem = 1.5;

function PolicyName({ placed: { policy, depth, parent } }: { placed: PlacedPolicy }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const description = (language === 'ja' && policy.descriptionJa) || policy.description;
  return (
    <div style={{ paddingInlineStart: `${depth * indentRem}rem`, overflowWrap: 'anywhere' }}>
      <Link to="/policies/$policyId" params={{ policyId: policy.id }} className="row-link">
        {policy.name}
      </Link>
      {parent && <span className="visually-hidden">{say('console.policies.below', { parent: parent.name })}</span>}
      {description && <div className="dim below">{description}</div>}
    </div>
  );
}

/** Which modules are on, by how many rules. */
function ModuleWords({ policy }: { policy: PolicyBranch }) {
  const say = usePhrase();
  const on = policy.modules.filter(({ state }) => state !== 'off');
  if (on.length === 0) return <span className="dim">{say('console.policies.allOff')}</span>;
  return (
    <div>
      {on.map(({ module, state, ruleCount }) => (
        <div key={module}>
          {say(`module.${moduleOfApi[module]}`)}{' '}
          <span className="dim">
            {say(`console.policies.${state}`)}
            {ruleCount !== undefined && ` · ${say('console.policies.countOfRules', { count: ruleCount })}`}
          </span>
        </div>
      ))}
    </div>
  );
}
