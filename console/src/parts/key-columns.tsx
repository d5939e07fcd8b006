import { formatDate } from '../format.ts';
import type { usePhrase } from '../language.tsx';
import type { Column } from './data-table.tsx';
import { RelativeTime } from './time.tsx';

type DatedKey = {
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
  readonly lastUsedAt?: string | undefined;
};

/** When a key was made, ends, and was last used: columns that every table of keys has. */
export function keyDateColumns<Key extends DatedKey>(say: ReturnType<typeof usePhrase>): Column<Key>[] {
  return [
    { key: 'created', head: say('console.keys.createdAt'), width: 110, cell: (key) => formatDate(key.createdAt) },
    {
      key: 'expires',
      head: say('console.keys.expiresAt'),
      width: 110,
      cell: (key) => (key.expiresAt ? formatDate(key.expiresAt) : say('console.keys.noEnd')),
    },
    {
      key: 'used',
      head: say('console.keys.lastUsed'),
      width: 120,
      cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : say('console.keys.never')),
    },
  ];
}
