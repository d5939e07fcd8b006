import { Group, Stack, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { moduleOfApi, type PolicyModule, type PolicyModules, type RouteCall, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { policyModulesQuery } from '../../configuration-queries.ts';
import { GivenUp } from '../../errors.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { IconCheck, IconCircleX, IconClock } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { EstimateDialog } from '../integrity/estimate-dialog.tsx';
import { ChangeStateButton } from './change-state.tsx';
import { OnOffBadge } from './on-off-badge.tsx';
import { PolicyRuleTable } from './policy-rule-table.tsx';

export type RulesChange = Omit<RouteCall<typeof routes.changePolicyRules>['body'], 'module'>;
/** Changes one module of the policy that is shown. */
export type ChangeModule = (change: RulesChange) => Promise<void>;

/** The modules of a policy with their rules, and how far its hosts are with them. */
export function ModuleRules({ policyId }: { policyId: string }) {
  const say = usePhrase();
  const query = useQuery(policyModulesQuery(policyId));
  return (
    <Card
      title={say('console.policies.modulesTitle')}
      actions={query.data && <Spread hosts={query.data.hosts} />}
      flush
    >
      <Loaded query={query}>{(policy) => <ModuleTabs policy={policy} />}</Loaded>
    </Card>
  );
}

function Spread({ hosts: { total, applied, refused } }: Pick<PolicyModules, 'hosts'>) {
  const say = usePhrase();
  if (total === 0) return <StateBadge tone="idle">{say('console.policies.noHosts')}</StateBadge>;
  const isDone = applied === total;
  return (
    <>
      {refused > 0 && (
        <StateBadge tone="bad" icon={IconCircleX}>
          {say('console.policies.refused', { count: refused })}
        </StateBadge>
      )}
      <StateBadge tone={isDone ? 'good' : 'watch'} icon={isDone ? IconCheck : IconClock}>
        {say('console.policies.applied', { applied, total })}
      </StateBadge>
    </>
  );
}

function ModuleTabs({ policy }: { policy: PolicyModules }) {
  const say = usePhrase();
  const first = policy.modules.find(({ state, rules }) => state !== 'off' && rules) ?? policy.modules[0];
  return (
    <Tabs defaultValue={first?.module ?? null} keepMounted={false}>
      <Tabs.List aria-label={say('console.alerts.module')} px="sm">
        {policy.modules.map(({ module, state, rules }) => (
          <Tabs.Tab key={module} value={module}>
            {say(`module.${moduleOfApi[module]}`)}
            <span className="dim figures">
              {' '}
              {state === 'off' ? say('console.policies.off') : (rules?.length ?? say('console.policies.on'))}
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {policy.modules.map((module) => (
        <Tabs.Panel key={module.module} value={module.module}>
          <OneModule policy={policy} module={module} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** A change that waits until somebody has seen what it would make hosts watch. */
type Pending = { readonly given: RulesChange; readonly done: () => void; readonly failed: (error: Error) => void };

const watchesMore = ({ assign = [], state }: RulesChange): boolean =>
  assign.length > 0 || (state !== undefined && state !== 'off');

function OneModule({ policy, module }: { policy: PolicyModules; module: PolicyModule }) {
  const say = usePhrase();
  const { may } = useSession();
  const [pending, setPending] = useState<Pending>();
  const apply: ChangeModule = async (given) => {
    const params = { policyId: policy.policyId };
    const changed = await call(routes.changePolicyRules, { params, body: { ...given, module: module.module } });
    queryClient.setQueryData(policyModulesQuery(policy.policyId).queryKey, changed);
    notifications.show({ message: say('console.policies.changed') });
    await queryClient.invalidateQueries({ queryKey: ['policy'] });
    await queryClient.invalidateQueries({ queryKey: ['rule'] });
  };
  const change: ChangeModule = (given) =>
    module.module === 'integrityMonitoring' && watchesMore(given) && policy.hosts.total > 0
      ? new Promise((done, failed) => setPending({ given, done, failed }))
      : apply(given);
  const origin =
    module.stateAbove !== undefined ? 'stateHere' : policy.parent === undefined ? 'stateBuiltIn' : 'stateAbove';
  return (
    <Stack gap={0}>
      {pending && (
        <EstimateDialog
          policyId={policy.policyId}
          wish={{ assign: pending.given.assign ?? [], unassign: pending.given.unassign ?? [] }}
          onApply={async (confirmation) => {
            await apply({ ...pending.given, ...(confirmation ? { confirmation } : {}) });
            setPending(undefined);
            pending.done();
          }}
          onClose={() => {
            setPending(undefined);
            pending.failed(new GivenUp());
          }}
        />
      )}
      <Group justify="space-between" gap="xs" className="card-body">
        <Group gap="xs">
          <OnOffBadge state={module.state} />
          <Text size="sm" className="dim">
            {say(`console.policies.${origin}`)}
          </Text>
        </Group>
        {may('policy.write') && <ChangeStateButton module={module} onChange={change} />}
      </Group>
      {module.rules ? (
        <PolicyRuleTable policy={policy} module={module} rules={module.rules} onChange={change} />
      ) : (
        <Text size="sm" className="dim card-body" pt={0}>
          {say('console.policies.noRulesModule')}
        </Text>
      )}
    </Stack>
  );
}
