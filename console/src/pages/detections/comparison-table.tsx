import type { ReactNode } from 'react';
import { usePhrase } from '../../language.tsx';

/** One attribute before and after. */
export type ComparisonRow = {
  readonly name: string;
  readonly label: string;
  readonly before: ReactNode;
  readonly after: ReactNode;
  readonly changed: boolean;
};

/** Attributes before and after; those that differ stand out by ground, weight and a mark. */
export function ComparisonTable({ rows }: { rows: readonly ComparisonRow[] }) {
  const say = usePhrase();
  if (rows.length === 0) return null;
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
          {rows.map(({ name, label, before, after, changed }) => (
            <tr key={name} data-changed={changed || undefined}>
              <th scope="row">
                {changed && <span className="changed-mark" aria-hidden />}
                {label}
              </th>
              <td>{before}</td>
              <td className={changed ? 'changed' : ''}>{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
