import { attributesOf, type ScanAttribute } from './attributes.ts';
import { toPath } from './byte-string.ts';
import type { FileRecord } from './file-record.ts';
import type { Finding } from './findings.ts';
import type { ScopePlan } from './scope.ts';

/** A finding of which something is to be told. */
export type Told = {
  readonly finding: Finding;
  /** Names of attributes; of what is new or gone none. */
  readonly changed: readonly string[];
  /** The rule that tells of it, where rules were given. */
  readonly rule?: { readonly id: string; readonly severity: string };
};

/** @returns what is to be told of a finding, `undefined` for nothing */
export type Judge = (finding: Finding) => Told | undefined;

/** @throws PolicyFault for a path or pattern of a rule that is none */
export async function createJudge(scope: ScopePlan, attributes: readonly ScanAttribute[]): Promise<Judge> {
  return scope.rules ? judgeByRules(scope.rules, scope.never) : judgeByAttributes(new Set(attributes));
}

const judgeByAttributes =
  (wanted: ReadonlySet<ScanAttribute>): Judge =>
  (finding) => {
    if (finding.kind === 'created' || finding.kind === 'deleted') return { finding, changed: [] };
    const { before, after, namesChanged, kind } = finding;
    const changed = attributesOf(before, after, namesChanged).filter((attribute) => wanted.has(attribute));
    // A rename is itself a change of state (ctime).
    if (kind === 'renamed') return { finding, changed: changed.filter((attribute) => attribute !== 'changed') };
    return changed.length > 0 ? { finding, changed } : undefined;
  };

/** As the daemon does: the same rules, the same attributes, the same words for them. */
async function judgeByRules(rules: NonNullable<ScopePlan['rules']>, never: readonly string[]): Promise<Judge> {
  const [{ judge }, { RuleSet }] = [await import('../changes.ts'), await import('../rules.ts')];
  const set = new RuleSet(rules, never);
  return (finding) => {
    const judgement = judge(changeOf(finding), set);
    if (!judgement || isPassing(finding)) return undefined;
    const { id, severity } = judgement.rule;
    const isWhole = finding.kind === 'created' || finding.kind === 'deleted';
    return { finding, changed: isWhole ? [] : judgement.changed, rule: { id, severity } };
  };
}

/** Pipes, sockets and devices come and go with their programs: of interest only where something else was. */
const isPassing = (finding: Finding): boolean =>
  (finding.kind === 'created' && isSpecial(finding.after)) || (finding.kind === 'deleted' && isSpecial(finding.before));

const isSpecial = ({ type }: FileRecord): boolean => !['file', 'directory', 'symlink'].includes(type);

function changeOf(finding: Finding): Parameters<typeof import('../changes.ts').judge>[0] {
  const { path } = finding;
  if (finding.kind === 'created') return { kind: 'created', after: entryOf(path, finding.after) };
  if (finding.kind === 'deleted') return { kind: 'deleted', before: entryOf(path, finding.before) };
  const after = entryOf(path, finding.after);
  const before = entryOf(finding.previousPath ?? path, finding.before);
  return finding.kind === 'renamed'
    ? { kind: 'renamed', before, after, pathsBelow: finding.pathsBelow }
    : { kind: 'modified', before, after };
}

type Entry = import('../entry.ts').Entry;

/** The record as the daemon's baseline has it. */
export function entryOf(path: string, record: FileRecord): Entry {
  const { type, mode, uid, gid, inode, bornNs, sizeBytes, modifiedNs, sha256, content, target } = record;
  const identity = bornNs > 0n ? `${inode}:${bornNs}` : `:${inode}:${sizeBytes}:${modifiedNs}`;
  return {
    ...{ path, mode, uid, gid, identity, sha256 },
    type: type === 'file' || type === 'directory' || type === 'symlink' ? type : 'other',
    sizeBytes: type === 'directory' ? 0 : Number(sizeBytes),
    inode: Number(inode),
    modifiedMs: Number(modifiedNs) / 1e6,
    unhashed: content === 'large' || content === 'unreadable' ? content : undefined,
    linkTarget: target === undefined ? undefined : toPath(target),
  };
}
