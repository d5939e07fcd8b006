import { Button, Checkbox, Stack } from '@mantine/core';
import { moduleOfApi, type RuleHead, type RuleModule } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rulesQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus, IconSearch } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { useNameOf } from '../../parts/rule-name.tsx';
import { useRuleColumns } from '../rules/rule-columns.tsx';
import { RuleFilters, type RuleFilterValue } from '../rules/rule-filters.tsx';

export type AssignRulesProps = {
  readonly accountId: string;
  readonly module: RuleModule;
  /** Those that are assigned already are not offered. */
  readonly assigned: readonly number[];
  readonly onAssign: (ruleIds: number[], reason: string) => Promise<void>;
};

/** Chooses rules of the library and assigns them. */
export function AssignRulesButton(props: AssignRulesProps) {
  const say = usePhrase();
  const module = say(`module.${moduleOfApi[props.module]}`);
  return (
    <DialogButton
      label={say('console.policies.assignRules')}
      title={say('console.policies.assignRulesOf', { module })}
      size="70rem"
      button={{ size: 'compact-sm', variant: 'default', leftSection: <IconPlus size={15} /> }}
    >
      {(close) => (
        <AssignRules
          {...props}
          onAssign={async (ruleIds, reason) => {
            await props.onAssign(ruleIds, reason);
            close();
          }}
        />
      )}
    </DialogButton>
  );
}

function AssignRules({ accountId, module, assigned, onAssign }: AssignRulesProps) {
  const say = usePhrase();
  const [filter, setFilter] = useState<RuleFilterValue>({});
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [reason, setReason] = useState('');
  const { text, severity, type } = filter;
  const query = useQuery(rulesQuery(accountId, { module, text, severity, applicationTypeId: type }));
  const assign = useMutation({ mutationFn: () => onAssign([...chosen], reason.trim()) });
  const toggle = (id: number) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const columns = useChoice(module, chosen, toggle);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        assign.mutate();
      }}
    >
      <Stack gap="sm">
        <RuleFilters module={module} value={filter} types={query.data?.applicationTypes ?? []} onChange={setFilter} />
        <ListCard
          query={query}
          rowsOf={({ items }) => items.filter(({ id }) => !assigned.includes(id))}
          label={say('console.policies.assignRules')}
          columns={columns}
          rowKey={(rule) => String(rule.id)}
          pageSize={10}
          empty={{ icon: IconSearch, title: say('console.rules.none'), children: say('console.rules.noneText') }}
        />
        <ReasonField value={reason} onChange={setReason} hint={say('console.policies.reasonHint')} />
        <ErrorNotice error={assign.error} />
        <Button
          type="submit"
          loading={assign.isPending}
          disabled={chosen.size === 0 || !reason.trim()}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.policies.assignChosen', { count: chosen.size })}
        </Button>
      </Stack>
    </form>
  );
}

/** The library's columns with a box before each rule. */
function useChoice(module: RuleModule, chosen: ReadonlySet<number>, toggle: (id: number) => void): Column<RuleHead>[] {
  const say = usePhrase();
  const nameOf = useNameOf();
  const columns = useRuleColumns(module);
  return [
    {
      key: 'choose',
      head: say('console.policies.chosen'),
      silent: true,
      width: 40,
      cell: (rule) => (
        <Checkbox aria-label={nameOf(rule)} checked={chosen.has(rule.id)} onChange={() => toggle(rule.id)} />
      ),
    },
    ...columns.filter(({ key }) => key !== 'policies'),
  ];
}
