import type { RuleHead, RuleModule } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { RuleName, RuleSeverity, useNameOf } from '../../parts/rule-name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

/** What a list of rules tells of each; without `onOpen` it leads nowhere. */
export function useRuleColumns(module: RuleModule, onOpen?: (ruleId: number) => void): Column<RuleHead>[] {
  const say = usePhrase();
  const nameOf = useNameOf();
  return [
    {
      key: 'name',
      head: say('console.rules.name'),
      cell: (rule) => (
        <RuleName rule={rule} onOpen={onOpen && (() => onOpen(rule.id))}>
          {rule.cve.join(', ')}
        </RuleName>
      ),
    },
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      shown: module !== 'firewall',
      cell: (rule) => <RuleSeverity severity={rule.severity} />,
    },
    {
      key: 'action',
      head: say('console.rules.action'),
      width: 130,
      shown: module === 'firewall',
      cell: (rule) => rule.action && say(`console.rule.action.${rule.action}`),
    },
    {
      key: 'type',
      head: say('console.rules.type'),
      width: '24%',
      shown: module === 'intrusionPrevention',
      cell: (rule) => rule.applicationType && nameOf(rule.applicationType),
    },
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
