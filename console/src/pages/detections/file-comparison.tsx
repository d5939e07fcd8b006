import type { FileAttributes, StoredDetection } from '@sakimori/contract';
import { formatBytes, formatTimeWithZone } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';

const names = ['type', 'sizeBytes', 'mode', 'owner', 'group', 'modifiedAt', 'sha256', 'linkTarget', 'inode'] as const;
type AttributeName = (typeof names)[number];
export type FileChange = NonNullable<StoredDetection['file']>;

/** Attributes that either side tells, with whether they differ. */
export function compare(file: FileChange): { name: AttributeName; changed: boolean }[] {
  return names
    .filter((name) => file.before?.[name] !== undefined || file.after?.[name] !== undefined)
    .map((name) => ({
      name,
      changed: Boolean(file.before && file.after) && file.before?.[name] !== file.after?.[name],
    }));
}

/** A file's attributes before and after; those that differ stand out by ground, weight and a mark. */
export function FileComparison({ file }: { file: FileChange }) {
  const say = usePhrase();
  const sayValue = useAttributeValue();
  const rows = compare(file);
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
          {rows.map(({ name, changed }) => (
            <tr key={name} data-changed={changed || undefined}>
              <th scope="row">
                {changed && <span className="changed-mark" aria-hidden />}
                {say(`console.attribute.${name}`)}
              </th>
              <td>{sayValue(file.before, name)}</td>
              <td className={changed ? 'changed' : ''}>{sayValue(file.after, name)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function useAttributeValue() {
  const say = usePhrase();
  const { language } = useLanguage();
  return (side: FileAttributes | undefined, name: AttributeName) => {
    if (!side) return <span className="dim">{say('console.detections.absent')}</span>;
    const value = side[name];
    if (value === undefined) return <span className="dim">{say('console.detections.unreadable')}</span>;
    if (name === 'type') return say(`console.fileType.${side.type}`);
    if (name === 'modifiedAt') return formatTimeWithZone(String(value));
    if (name === 'sizeBytes') return `${value.toLocaleString('en')} (${formatBytes(language, Number(value))})`;
    return <code>{value}</code>;
  };
}
