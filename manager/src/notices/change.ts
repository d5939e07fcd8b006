import { type Detection, type FileAttributes, hasPhrase, type Language, phrase, phraseOr } from '@sakimori/contract';
import type { Letter } from './letter.ts';
import { showLine } from './plain.ts';
import { showInstant } from './time.ts';

const attributes = ['type', 'sizeBytes', 'mode', 'owner', 'group', 'linkTarget', 'sha256', 'modifiedAt'] as const;
type Attribute = (typeof attributes)[number];

/** Before and after of a file: what differs, or all there is where only one side exists. Undefined where there is nothing to show. */
export function changeSection(language: Language, file: NonNullable<Detection['file']>): Letter['change'] {
  const { before, after, previousPath } = file;
  const rows = attributes
    .filter((name) => (before?.[name] ?? after?.[name]) !== undefined)
    .filter((name) => !before || !after || before[name] !== after[name])
    .map((name) => [label(language, name), value(language, name, before), value(language, name, after)] as const);
  const moved = previousPath
    ? [[phrase(language, 'mail.label.path'), showLine(previousPath), showLine(file.path)] as const]
    : [];
  if (rows.length + moved.length === 0) return undefined;
  return {
    heading: phrase(language, 'mail.heading.change'),
    columns: [
      phrase(language, 'mail.column.attribute'),
      phrase(language, 'mail.column.before'),
      phrase(language, 'mail.column.after'),
    ],
    rows: [...moved, ...rows],
  };
}

/** The same of an entity: its attributes have names of their own. */
export function entitySection(language: Language, entity: NonNullable<Detection['entity']>): Letter['change'] {
  const { before = {}, after = {} } = entity;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const isWhole = !entity.before || !entity.after;
  const rows = names
    .filter((name) => isWhole || before[name] !== after[name])
    .map((name) => [phraseOr(language, 'changed', name), entityValue(before[name]), entityValue(after[name])] as const);
  if (rows.length === 0) return undefined;
  return {
    heading: phrase(language, 'mail.heading.change'),
    columns: [
      phrase(language, 'mail.column.attribute'),
      phrase(language, 'mail.column.before'),
      phrase(language, 'mail.column.after'),
    ],
    rows,
  };
}

const entityValue = (text: string | undefined): string => (text ? showLine(text) : '–');

const label = (language: Language, name: Attribute) => {
  const key = `mail.attribute.${name}`;
  return hasPhrase(key) ? phrase(language, key) : name;
};

function value(language: Language, name: Attribute, side: FileAttributes | undefined): string {
  const found = side?.[name];
  if (found === undefined) return '–';
  if (name === 'type') return phraseOr(language, 'mail.fileType', String(found));
  if (name === 'modifiedAt') return showInstant(language, String(found));
  return typeof found === 'number' ? phrase(language, 'mail.bytes', { bytes: found }) : showLine(found);
}
