import type { ProcessActor, TextDiff } from '@sakimori/contract/detection';
import { displayPath } from '../../file-system/path-bytes.ts';
import type { DetectionDraft } from '../engine.ts';
import type { AccountNames } from './account-names.ts';
import { differences, type Entry, toFileAttributes } from './entry.ts';
import type { Attribute, IntegrityRule, RuleSet } from './rules.ts';

/** What became of one path. `before` and `after` are full states; which of the differences is told depends on the rules. */
export type Change =
  | { readonly kind: 'created'; readonly after: Entry }
  | { readonly kind: 'deleted'; readonly before: Entry }
  | { readonly kind: 'renamed'; readonly before: Entry; readonly after: Entry; readonly pathsBelow: number }
  | {
      readonly kind: 'modified';
      readonly before: Entry;
      readonly after: Entry;
      readonly previousPath?: string;
      readonly diff?: TextDiff;
    };

/** Which look found the change: at once by the kernel's word, or by a scan against the baseline. */
export type FoundBy = 'watch' | 'scan';

/** The rule that tells of this change, the gravest of those that watch it, and the attributes to name; `undefined` when none does. */
export function judge(change: Change, rules: RuleSet): { rule: IntegrityRule; changed: Attribute[] } | undefined {
  const candidates = rulesOf(change, rules);
  const watched = new Set(candidates.flatMap((rule) => rule.attributes));
  const changed = attributesOf(change).filter((attribute) => watched.has(attribute));
  if (change.kind === 'renamed' && !changed.includes('renamed')) return undefined;
  const rule = candidates.find(({ attributes }) => changed.some((attribute) => attributes.includes(attribute)));
  return rule && { rule, changed };
}

/** A rename concerns the rules of both names, a change of type those of both types. The gravest first. */
function rulesOf(change: Change, rules: RuleSet): IntegrityRule[] {
  if (change.kind === 'deleted') return rules.rulesFor(change.before.path, change.before.type);
  const { after } = change;
  if (change.kind === 'created') return rules.rulesFor(after.path, after.type);
  const here = rules.rulesFor(after.path, change.before.type, after.type);
  return change.kind === 'renamed' ? [...here, ...rules.rulesFor(change.before.path, change.before.type)] : here;
}

function attributesOf(change: Change): Attribute[] {
  switch (change.kind) {
    case 'created':
    case 'deleted':
      return [change.kind];
    case 'renamed':
      return ['renamed', ...differences(change.before, change.after)];
    case 'modified':
      return differences(change.before, change.after);
  }
}

/** The change as a detection. */
export function draftOf(
  change: Change,
  judgement: { rule: IntegrityRule; changed: readonly Attribute[] },
  how: { names: AccountNames; foundBy: FoundBy; occurredAt: string; actor?: ProcessActor | undefined },
): DetectionDraft {
  const { rule, changed } = judgement;
  const before = change.kind === 'created' ? undefined : change.before;
  const after = change.kind === 'deleted' ? undefined : change.after;
  const path = displayPath((after ?? before)!.path);
  const previousPath = change.kind === 'renamed' ? change.before.path : 'previousPath' in change && change.previousPath;
  return {
    occurredAt: how.occurredAt,
    kind: `file.${change.kind}`,
    rule: { id: rule.id, name: rule.name.en, nameJa: rule.name.ja },
    severity: rule.severity,
    title: titleOf(change, changed),
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    subject: path.slice(0, 500),
    ...(how.actor ? { actor: how.actor } : {}),
    file: {
      path: path.slice(0, 4096),
      ...(previousPath ? { previousPath: displayPath(previousPath).slice(0, 4096) } : {}),
      ...(before ? { before: toFileAttributes(before, how.names) } : {}),
      ...(after ? { after: toFileAttributes(after, how.names) } : {}),
      changed: [...changed],
      ...('diff' in change && change.diff && changed.includes('content') ? { diff: change.diff } : {}),
    },
    facts: {
      foundBy: how.foundBy,
      ...(change.kind === 'renamed' && change.pathsBelow > 0 ? { pathsBelow: change.pathsBelow } : {}),
    },
  };
}

function titleOf(change: Change, changed: readonly Attribute[]): string {
  switch (change.kind) {
    case 'created':
      return `${shorten(change.after.path)} created`;
    case 'deleted':
      return `${shorten(change.before.path)} deleted`;
    case 'renamed':
      return `${shorten(change.before.path)} renamed to ${shorten(change.after.path)}`;
    case 'modified':
      return `${shorten(change.after.path)} changed: ${changed.join(', ')}`;
  }
}

/** A path for a title of one line: of a long one the beginning and the end, where its name is. */
function shorten(path: string): string {
  const shown = displayPath(path);
  return shown.length <= 200 ? shown : `${shown.slice(0, 80)}…${shown.slice(-119)}`;
}
