import type { StoredDetection } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';

type Entity = NonNullable<StoredDetection['entity']>;

/** What is watched besides files, before and after; attributes that differ stand out by ground, weight and a mark. */
export function EntityComparison({ entity }: { entity: Entity }) {
  const say = usePhrase();
  const { before, after } = entity;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  const show = (side: Entity['before'], name: string) =>
    side ? <code>{side[name]}</code> : <span className="dim">{say('console.detections.absent')}</span>;
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="compare">
        <caption className="visually-hidden">{say('console.detections.compare')}</caption>
        <thead>
          <tr>
            <th scope="col">{say('console.detections.attribute')}</th>
            <th scope="col">{say('console.detections.before')}</th>
            <th scope="col">{say('console.detections.after')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const changed = Boolean(before && after) && before?.[name] !== after?.[name];
            return (
              <tr key={name} data-changed={changed || undefined}>
                <th scope="row">
                  {changed && <span className="changed-mark" aria-hidden />}
                  {say.or('changed', name)}
                </th>
                <td>{show(before, name)}</td>
                <td className={changed ? 'changed' : ''}>{show(after, name)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
