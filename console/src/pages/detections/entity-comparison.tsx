import type { StoredDetection } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { ComparisonTable } from './comparison-table.tsx';

type Entity = NonNullable<StoredDetection['entity']>;

/** What is watched besides files, before and after. */
export function EntityComparison({ entity: { before, after } }: { entity: Entity }) {
  const say = usePhrase();
  const show = (side: Entity['before'], name: string) =>
    side ? <code>{side[name]}</code> : <span className="dim">{say('console.detections.absent')}</span>;
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const rows = [...names].map((name) => ({
    name,
    label: say.or('changed', name),
    before: show(before, name),
    after: show(after, name),
    changed: Boolean(before && after) && before?.[name] !== after?.[name],
  }));
  return <ComparisonTable rows={rows} />;
}
