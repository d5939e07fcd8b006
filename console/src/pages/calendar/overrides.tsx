import { type CalendarOverride, type CalendarState, routes } from '@sakimori/contract';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconCalendar } from '../../parts/icons.ts';
import { refreshCalendar } from './queries.ts';

type Props = {
  readonly account: string | undefined;
  readonly calendar: CalendarState;
  readonly mayWrite: boolean;
};

export const spanOf = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  from === to ? from : `${from} – ${to}`;

/** Days that were closed or opened, newest day first. */
export function Overrides({ account, calendar, mayWrite }: Props) {
  const say = usePhrase();
  const remove = async (override: CalendarOverride) => {
    const query = account ? { accountId: account } : {};
    await call(routes.removeOverride, { params: { overrideId: override.id }, query });
    await refreshCalendar();
  };
  const columns: Column<CalendarOverride>[] = [
    { key: 'days', head: say('console.calendar.days'), width: 220, cell: spanOf },
    {
      key: 'effect',
      head: say('console.calendar.effect'),
      width: 110,
      cell: ({ effect }) => say(`dayKindName.${effect}`),
    },
    { key: 'reason', head: say('console.reason'), cell: ({ reason }) => reason },
    {
      key: 'scope',
      head: say('console.calendar.scope'),
      width: 140,
      shown: account !== undefined,
      cell: ({ scope }) => say(`console.calendar.scope.${scope}`),
    },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 130,
      shown: mayWrite,
      cell: (override) =>
        (override.scope === 'account') === (account !== undefined) && (
          <ConfirmButton
            label={say('console.calendar.remove')}
            text={say('console.calendar.removeText', { days: spanOf(override) })}
            onConfirm={() => remove(override)}
            harmless
          />
        ),
    },
  ];
  const rows = [...calendar.overrides].sort((a, b) => (a.from < b.from ? 1 : -1));
  return (
    <Card flush title={say('console.calendar.overrides')}>
      {rows.length > 0 ? (
        <DataTable label={say('console.calendar.overrides')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      ) : (
        <EmptyState icon={IconCalendar} title={say('console.calendar.none')}>
          {say('console.calendar.noneText')}
        </EmptyState>
      )}
    </Card>
  );
}
