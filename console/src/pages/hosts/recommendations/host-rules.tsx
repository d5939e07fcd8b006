import { Chip, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type Host, type HostRule, moduleOfApi, reasonText, routes } from '@sakimori/contract';
import { useState } from 'react';
import { call } from '../../../api.ts';
import { useLanguage, usePhrase } from '../../../language.tsx';
import type { Column } from '../../../parts/data-table.tsx';
import { EmptyState } from '../../../parts/empty-state.tsx';
import { IconListSearch } from '../../../parts/icons.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { useRuleBaseColumns } from '../../../parts/rule-columns.tsx';
import { StateBadge } from '../../../parts/state-badge.tsx';
import { queryClient } from '../../../session.tsx';
import { AssignRulesButton } from '../../policies/assign-rules.tsx';
import { RuleDrawer } from '../../rules/rule-drawer.tsx';
import { keepRecommendations } from './recommendations-card.tsx';
import { RuleAct } from './rule-act.tsx';
import {
  countOf,
  inStandingOrder,
  type ModuleRules,
  type Standing,
  standingOrder,
  standingTones,
} from './standings.ts';

export type HostRulesChange = {
  readonly assign?: number[];
  readonly unassign?: number[];
  readonly reason: string;
};
export type HostRulesProps = { readonly host: Host; readonly module: ModuleRules; readonly mayWrite: boolean };

/** The rules of one module on a host, by how they stand to the standard. */
export function HostRules({ host, module: { module, state, rules }, mayWrite }: HostRulesProps) {
  const say = usePhrase();
  const [standing, setStanding] = useState<Standing>();
  const [openId, setOpenId] = useState<number>();
  const change = async (given: HostRulesChange) => {
    const body = { ...given, module };
    keepRecommendations(host.id, await call(routes.changeHostRules, { params: { hostId: host.id }, body }));
    notifications.show({ message: say('console.recommended.applied') });
    await queryClient.invalidateQueries({ queryKey: ['rule'] });
  };
  const columns = useColumns({ module, mayWrite, onOpen: setOpenId, onChange: change });
  const shown = inStandingOrder(rules).filter((rule) => !standing || rule.standing === standing);
  return (
    <>
      <Stack gap="xs" className="card-body">
        {state === 'off' && <Text size="sm">{say('console.recommended.moduleOff')}</Text>}
        <Standings rules={rules} value={standing} onChange={setStanding} />
      </Stack>
      {shown.length > 0 ? (
        <PagedTable
          key={standing ?? 'all'}
          label={say(`module.${moduleOfApi[module]}`)}
          columns={columns}
          rows={shown}
          rowKey={(rule) => String(rule.id)}
          pageSize={15}
        />
      ) : (
        <EmptyState icon={IconListSearch} title={say('console.recommended.none')} />
      )}
      {mayWrite && (
        <Group className="card-body">
          <AssignRulesButton
            accountId={host.accountId}
            module={module}
            assigned={rules.filter(({ assigned }) => assigned).map(({ id }) => id)}
            onAssign={(assign, reason) => change({ assign, reason })}
          />
        </Group>
      )}
      <RuleDrawer accountId={host.accountId} module={module} ruleId={openId} onClose={() => setOpenId(undefined)} />
    </>
  );
}

type StandingsProps = {
  readonly rules: readonly HostRule[];
  readonly value: Standing | undefined;
  readonly onChange: (standing: Standing | undefined) => void;
};

/** How many rules stand how; choosing one shows those alone and says what it means. */
function Standings({ rules, value, onChange }: StandingsProps) {
  const say = usePhrase();
  return (
    <>
      <Chip.Group value={value ?? 'all'} onChange={(next) => onChange(standingOrder.find((each) => each === next))}>
        <Group gap={6} role="radiogroup" aria-label={say('console.recommended.standingHead')}>
          <Chip value="all" size="xs">
            {say.bracket(say('console.all'), rules.length)}
          </Chip>
          {standingOrder.map((each) => (
            <Chip key={each} value={each} size="xs">
              {say.bracket(say(`console.recommended.standing.${each}`), countOf(rules, each))}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {value && (
        <Text size="sm" className="dim">
          {say(`console.recommended.standingText.${value}`)}
        </Text>
      )}
    </>
  );
}

type ColumnsGiven = {
  readonly module: ModuleRules['module'];
  readonly mayWrite: boolean;
  readonly onOpen: (ruleId: number) => void;
  readonly onChange: (change: HostRulesChange) => Promise<void>;
};

function useColumns({ module, mayWrite, onOpen, onChange }: ColumnsGiven): Column<HostRule>[] {
  const say = usePhrase();
  const below = (rule: HostRule) => say.pair(say('console.rules.id'), String(rule.id));
  const base = useRuleBaseColumns<HostRule>(module, { below, onOpen });
  return [
    base.name,
    base.severity,
    {
      key: 'standing',
      head: say('console.recommended.standingHead'),
      width: 230,
      cell: ({ standing }) => (
        <StateBadge tone={standingTones[standing]}>{say(`console.recommended.standing.${standing}`)}</StateBadge>
      ),
    },
    {
      key: 'reasons',
      head: say('console.recommended.reasons'),
      width: '28%',
      cell: (rule) => <Reasons reasons={rule.reasons} />,
    },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 140,
      cell: (rule) => <RuleAct rule={rule} mayWrite={mayWrite} onChange={onChange} />,
    },
  ];
}

/** More than these are counted by nobody: one is enough for a rule to be recommended. */
const reasonsMax = 3;

function Reasons({ reasons }: Pick<HostRule, 'reasons'>) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (reasons.length === 0) return <span className="dim">{say('console.recommended.noReason')}</span>;
  const words = [...new Set(reasons.map((reason) => reasonText(language, reason)))];
  return (
    <div style={{ fontSize: '0.8125rem' }}>
      {words.slice(0, reasonsMax).map((each) => (
        <div key={each}>{each}</div>
      ))}
      {words.length > reasonsMax && <div className="dim">+{words.length - reasonsMax}</div>}
    </div>
  );
}
