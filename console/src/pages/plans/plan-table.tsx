import { Table } from '@mantine/core';
import { type Edition, type Plan, plans, planTable } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';

export type PlanTableProps = {
  readonly edition: Edition;
  /** Plans that the reader has. */
  readonly own: ReadonlySet<Plan>;
};

/** The table of plans as the edition has it; a category stands once beside its rows. */
export function PlanTableView({ edition, own }: PlanTableProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { head, rows } = planTable(edition, language);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table withColumnBorders aria-label={say('console.plans.table')} className="plan-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{say('console.plans.category')}</Table.Th>
            <Table.Th scope="col">{say('console.plans.service')}</Table.Th>
            {head.map((name, index) => (
              <Table.Th key={name} scope="col" ta="center">
                {name} {own.has(plans[index]!) && <StateBadge tone="good">{say('console.plans.yours')}</StateBadge>}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => {
            const isFirst = rows[index - 1]?.category !== row.category;
            const count = rows.slice(index).findIndex(({ category }) => category !== row.category);
            return (
              <Table.Tr key={row.id}>
                {isFirst && (
                  <Table.Th scope="rowgroup" rowSpan={count < 0 ? rows.length - index : count} fw={600}>
                    {row.category}
                  </Table.Th>
                )}
                <Table.Td>
                  {row.service.map((line) => (
                    <div key={line}>{line}</div>
                  ))}
                </Table.Td>
                {row.cells.map((cell, at) => (
                  <Table.Td
                    key={plans[at]}
                    ta="center"
                    data-cell={`${row.id}.${plans[at]}`}
                    {...(own.has(plans[at]!) ? { bg: 'var(--good-ground)' } : {})}
                  >
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
