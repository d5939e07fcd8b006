import { displayPath } from '../../../file-system/path-bytes.ts';
import type { AccountNames } from '../account-names.ts';
import type { FileRecord } from '../scan/file-record.ts';
import type { Told } from '../scan/judgement.ts';
import { type Described, describeRecord } from './describe.ts';

const titles = { created: 'Added', deleted: 'Removed', modified: 'Changed', renamed: 'Renamed' } as const;
const marks: Readonly<Record<FileRecord['type'], string>> = {
  ...{ none: '?', file: 'f', directory: 'd', symlink: 'l' },
  ...{ pipe: 'p', socket: 's', character: 'c', block: 'b' },
};

/** The report for people: what was added, removed, changed and renamed, each with what it was before and is now. */
export function* textReport(all: readonly Told[], names: AccountNames): Generator<string> {
  for (const [kind, title] of Object.entries(titles)) {
    const these = all.filter(({ finding }) => finding.kind === kind);
    if (these.length === 0) continue;
    yield `\n${title}\n`;
    for (const told of these) yield* lines(told, names);
  }
}

function* lines({ finding, changed, rule }: Told, names: AccountNames): Generator<string> {
  const path = displayPath(finding.path);
  const by = rule ? `   [${rule.severity}: ${rule.id}]` : '';
  if (finding.kind === 'created' || finding.kind === 'deleted') {
    const record = finding.kind === 'created' ? finding.after : finding.before;
    yield `  ${marks[record.type]} ${path}   ${shortly(describeRecord(record, names))}${by}\n`;
    return;
  }
  const from = finding.previousPath === undefined ? '' : `${displayPath(finding.previousPath)} → `;
  const below = finding.pathsBelow > 0 ? `   with ${finding.pathsBelow} below it` : '';
  const what = changed.length > 0 ? `   ${changed.join(', ')}` : '';
  yield `  ${marks[finding.after.type]} ${from}${path}${what}${below}${by}\n`;
  const [before, after] = [describeRecord(finding.before, names), describeRecord(finding.after, names)];
  for (const attribute of changed) yield* difference(attribute, before, after);
}

function* difference(attribute: string, before: Described, after: Described): Generator<string> {
  // The paths have told it.
  if (attribute === 'renamed') return;
  yield `      ${attribute.padEnd(9)} ${sideOf(attribute, before)}  →  ${sideOf(attribute, after)}\n`;
}

function sideOf(attribute: string, from: Described): string | number {
  if (attribute === 'content') return from['sha256'] ?? from['content'] ?? '–';
  return from[attribute === 'shrunk' ? 'size' : attribute] ?? '–';
}

function shortly({ mode, owner, group, size, link }: Described): string {
  const what = link === undefined ? (size === undefined ? '' : `  ${size} bytes`) : `  → ${link}`;
  return `${mode} ${owner}:${group}${what}`;
}
