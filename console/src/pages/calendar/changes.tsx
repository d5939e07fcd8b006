import { type CalendarChange, type CalendarState, routes } from '@sakimori/contract';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { Time } from '../../parts/time.tsx';
import { spanOf } from './overrides.tsx';
import { refreshCalendar } from './queries.ts';

type Props = { readonly account: string | undefined; readonly calendar: CalendarState };

/** Who changed the calendar, version by version, and the button that takes the last change back. */
export function Changes({ account, calendar }: Props) {
  const say = usePhrase();
  const undo = async () => {
    const body = { version: calendar.version, ...(account ? { accountId: account } : {}) };
    await call(routes.undoCalendar, { body });
    await refreshCalendar();
  };
  const what = (change: CalendarChange): string => {
    const parts = [
      change.undid === undefined ? undefined : say('console.calendar.undid', { version: String(change.undid) }),
      change.from && change.to ? spanOf({ from: change.from, to: change.to }) : undefined,
      change.effect && say(`dayKindName.${change.effect}`),
      change.firstYear === undefined ? undefined : `${change.firstYear} – ${change.lastYear}`,
      change.reason,
    ];
    return parts.filter(Boolean).join(' / ');
  };
  const columns: Column<CalendarChange>[] = [
    {
      key: 'version',
      head: say('console.calendar.version'),
      width: 90,
      align: 'right',
      cell: ({ version }) => version,
    },
    { key: 'at', head: say('console.calendar.at'), width: 170, cell: ({ at }) => <Time at={at} /> },
    { key: 'by', head: say('console.calendar.by'), width: 160, cell: ({ by }) => by },
    {
      key: 'action',
      head: say('console.calendar.action'),
      width: 200,
      cell: ({ action }) => say(`console.calendar.action.${action}`),
    },
    { key: 'what', head: say('console.calendar.what'), cell: what },
  ];
  if (calendar.changes.length === 0) return null;
  return (
    <Card
      flush
      title={say('console.calendar.changes')}
      actions={
        calendar.isUndoPossible && (
          <ConfirmButton
            label={say('console.calendar.undo')}
            text={say('console.calendar.undoText')}
            onConfirm={undo}
            harmless
          />
        )
      }
    >
      <PagedTable
        label={say('console.calendar.changes')}
        columns={columns}
        rows={calendar.changes}
        rowKey={({ version }) => String(version)}
      />
    </Card>
  );
}
