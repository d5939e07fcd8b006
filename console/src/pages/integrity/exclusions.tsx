import { type IntegrityExclusion, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconClock, IconEyeOff } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { AddExclusionButton } from './add-exclusion.tsx';
import { exclusionsQuery } from './queries.ts';

/** On what the exclusions that are shown stand; a new one stands there too. */
export type ExclusionPlace = { readonly policyId: string } | { readonly hostId: string };
export type ExclusionsProps = { readonly accountId: string; readonly place: ExclusionPlace };

export const refreshExclusions = () => queryClient.invalidateQueries({ queryKey: ['policy', 'exclusions'] });

/** What is left out for a time on a policy or a host: what, until when, by whom and why. */
export function Exclusions({ accountId, place }: ExclusionsProps) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(exclusionsQuery(accountId));
  const isHere = ({ policy, host }: IntegrityExclusion) =>
    'policyId' in place ? policy?.id === place.policyId : host?.id === place.hostId;
  const mayWrite = may('policy.write');
  const columns: Column<IntegrityExclusion>[] = [
    { key: 'what', head: say('console.exclusions.what'), cell: (one) => <What exclusion={one} /> },
    {
      key: 'until',
      head: say('console.exclusions.until'),
      width: 190,
      cell: (one) => (
        <>
          <Time at={one.until} stacked />
          {one.warnedAt && (
            <StateBadge tone="watch" icon={IconClock}>
              {say('console.exclusions.soon')}
            </StateBadge>
          )}
        </>
      ),
    },
    { key: 'reason', head: say('console.exclusions.reason'), cell: ({ reason }) => reason },
    { key: 'by', head: say('console.exclusions.by'), width: 150, cell: ({ createdBy }) => createdBy },
    ...(mayWrite
      ? [
          {
            key: 'end',
            head: '',
            width: 90,
            cell: (one: IntegrityExclusion) => <End accountId={accountId} id={one.id} />,
          },
        ]
      : []),
  ];
  return (
    <ListCard
      title={say('console.exclusions.title')}
      actions={mayWrite && <AddExclusionButton accountId={accountId} place={place} />}
      query={query}
      rowsOf={({ items }) => items.filter(isHere)}
      label={say('console.exclusions.title')}
      columns={columns}
      rowKey={({ id }) => id}
      pageSize={5}
      empty={{
        icon: IconEyeOff,
        title: say('console.exclusions.none'),
        children: say('console.exclusions.noneText'),
      }}
    />
  );
}

function What({ exclusion: { paths, entities } }: { exclusion: IntegrityExclusion }) {
  const say = usePhrase();
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      {paths.map((path) => (
        <div key={path}>
          <code>{path}</code>
        </div>
      ))}
      {entities.map(({ entity, key }) => (
        <div key={entity + key}>{say.bracket(say(`entity.${entity}`), key)}</div>
      ))}
    </div>
  );
}

function End({ accountId, id }: { accountId: string; id: string }) {
  const say = usePhrase();
  const end = async (reason: string) => {
    await call(routes.endExclusion, { params: { accountId, exclusionId: id }, body: { reason } });
    await refreshExclusions();
  };
  return (
    <ConfirmButton
      label={say('console.exclusions.end')}
      text={say('console.exclusions.endText')}
      reasonLabel={say('console.reason')}
      onConfirm={end}
      harmless
    />
  );
}
