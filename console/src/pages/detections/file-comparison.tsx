import type { FileAttributes, StoredDetection } from '@sakimori/contract';
import { formatBytes, formatTimeWithZone } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ComparisonTable } from './comparison-table.tsx';

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

/** A file's attributes before and after. */
export function FileComparison({ file }: { file: FileChange }) {
  const say = usePhrase();
  const sayValue = useAttributeValue();
  const rows = compare(file).map(({ name, changed }) => ({
    name,
    changed,
    label: say(`console.attribute.${name}`),
    before: sayValue(file.before, name),
    after: sayValue(file.after, name),
  }));
  return <ComparisonTable rows={rows} />;
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
