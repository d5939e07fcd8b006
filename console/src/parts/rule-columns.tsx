import type { ApiModule, NamedObject, Severity } from '@sakimori/contract';
import type { ReactNode } from 'react';
import { usePhrase } from '../language.tsx';
import type { Column } from './data-table.tsx';
import { RuleName, RuleSeverity, useNameOf } from './rule-name.tsx';

type NumberedRule = NamedObject & {
  readonly id: number;
  readonly severity?: Severity | undefined;
  readonly applicationType?: NamedObject | undefined;
};
export type RuleNameColumn<Rule> = {
  readonly below: (rule: Rule) => ReactNode;
  /** Without it the names lead nowhere. */
  readonly onOpen?: ((ruleId: number) => void) | undefined;
};

/** The columns that every table of rules of one module has. */
export function useRuleBaseColumns<Rule extends NumberedRule>(
  module: ApiModule,
  { below, onOpen }: RuleNameColumn<Rule>,
): Record<'name' | 'severity' | 'type', Column<Rule>> {
  const say = usePhrase();
  const nameOf = useNameOf();
  return {
    name: {
      key: 'name',
      head: say('console.rules.name'),
      cell: (rule) => (
        <RuleName rule={rule} onOpen={onOpen && (() => onOpen(rule.id))}>
          {below(rule)}
        </RuleName>
      ),
    },
    severity: {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      shown: module !== 'firewall',
      cell: (rule) => <RuleSeverity severity={rule.severity} />,
    },
    type: {
      key: 'type',
      head: say('console.rules.type'),
      width: '24%',
      shown: module === 'intrusionPrevention',
      cell: (rule) => rule.applicationType && nameOf(rule.applicationType),
    },
  };
}
