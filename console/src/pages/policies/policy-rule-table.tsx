import { Group } from '@mantine/core';
import {
  type ApiModule,
  isRuleModule,
  moduleOfApi,
  type PolicyModule,
  type PolicyModules,
  type PolicyRule,
} from '@sakimori/contract';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconListSearch } from '../../parts/icons.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useRuleBaseColumns } from '../../parts/rule-columns.tsx';
import { useNameOf } from '../../parts/rule-name.tsx';
import { useSession } from '../../session.tsx';
import { RuleDrawer } from '../rules/rule-drawer.tsx';
import { AssignRulesButton } from './assign-rules.tsx';
import type { ChangeModule } from './module-rules.tsx';

export type PolicyRuleTableProps = {
  readonly policy: PolicyModules;
  readonly module: PolicyModule;
  readonly rules: readonly PolicyRule[];
  readonly onChange: ChangeModule;
};

/** Rules that a policy assigns for one module, its own and those of the policies above. */
export function PolicyRuleTable({ policy, module: { module }, rules, onChange }: PolicyRuleTableProps) {
  const say = usePhrase();
  const { may } = useSession();
  const [openId, setOpenId] = useState<number>();
  const columns = useColumns({ policy, module, onOpen: setOpenId, onChange });
  if (!isRuleModule(module)) return null;
  return (
    <>
      {rules.length > 0 ? (
        <PagedTable
          label={say(`module.${moduleOfApi[module]}`)}
          columns={columns}
          rows={rules}
          rowKey={(rule) => String(rule.id)}
          pageSize={20}
          showFresh
        />
      ) : (
        <EmptyState icon={IconListSearch} title={say('console.policies.noRules')} />
      )}
      {may('policy.write') && (
        <Group className="card-body">
          <AssignRulesButton
            accountId={policy.accountId}
            module={module}
            assigned={rules.filter(({ inheritedFrom }) => !inheritedFrom).map(({ id }) => id)}
            onAssign={(assign, reason) => onChange({ assign, reason })}
          />
        </Group>
      )}
      <RuleDrawer accountId={policy.accountId} module={module} ruleId={openId} onClose={() => setOpenId(undefined)} />
    </>
  );
}

type ColumnsGiven = {
  readonly policy: PolicyModules;
  readonly module: ApiModule;
  readonly onOpen: (ruleId: number) => void;
  readonly onChange: ChangeModule;
};

function useColumns({ policy, module, onOpen, onChange }: ColumnsGiven): Column<PolicyRule>[] {
  const say = usePhrase();
  const nameOf = useNameOf();
  const { may } = useSession();
  const below = (rule: PolicyRule) => say.pair(say('console.rules.id'), String(rule.id));
  const base = useRuleBaseColumns<PolicyRule>(module, { below, onOpen });
  return [
    base.name,
    base.severity,
    base.type,
    {
      key: 'origin',
      head: say('console.policies.origin'),
      width: '20%',
      cell: (rule) => rule.inheritedFrom?.name ?? say('console.policies.originHere'),
    },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 90,
      shown: may('policy.write'),
      cell: (rule) =>
        !rule.inheritedFrom && (
          <ConfirmButton
            label={say('console.policies.unassign')}
            text={say('console.policies.unassignText', { name: nameOf(rule), policy: policy.name })}
            reasonLabel={say('console.reason')}
            onConfirm={(reason) => onChange({ unassign: [rule.id], reason })}
          />
        ),
    },
  ];
}
