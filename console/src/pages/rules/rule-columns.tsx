import type { RuleHead, RuleModule } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { useRuleBaseColumns } from '../../parts/rule-columns.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

/** What a list of rules tells of each; without `onOpen` it leads nowhere. */
export function useRuleColumns(module: RuleModule, onOpen?: (ruleId: number) => void): Column<RuleHead>[] {
  const say = usePhrase();
  const base = useRuleBaseColumns<RuleHead>(module, { below: (rule) => rule.cve.join(', '), onOpen });
  return [
    base.name,
    base.severity,
    {
      key: 'action',
      head: say('console.rules.action'),
      width: 130,
      shown: module === 'firewall',
      cell: (rule) => rule.action && say(`console.rule.action.${rule.action}`),
    },
    base.type,
    {
      key: 'policies',
      head: say('console.rules.policyCount'),
      width: 150,
      cell: (rule) => rule.policyCount > 0 && say('console.rules.policies', { count: rule.policyCount }),
    },
    {
      key: 'id',
      head: say('console.rules.id'),
      width: 110,
      align: 'right',
      cell: (rule) => (
        <span className="figures">
          {rule.own && <StateBadge tone="info">{say('console.rules.own')}</StateBadge>} {rule.id}
        </span>
      ),
    },
  ];
}
