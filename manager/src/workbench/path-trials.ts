import type { Detection, EntityRule, IntegrityRule, RuleDraftText, TryLimit } from '@sakimori/contract';
import { matchName, PathFault, PathSet } from '@sakimori/contract/path-set';
import type { Platform } from '../platform/index.ts';
import { compileIntegrityRule } from '../policies/index.ts';
import { draftRuleId } from './check.ts';
import { type Findings, ofDetection, Tally } from './findings.ts';
import { ruleObject } from './rule-object.ts';
import { storedDetections } from './stored.ts';

/** A rule's sets of paths and entities, ready to be asked. */
type Watched = {
  readonly paths: readonly { readonly rule: IntegrityRule; readonly include: PathSet; readonly exclude: PathSet }[];
  readonly entities: readonly EntityRule[];
  readonly limits: readonly TryLimit[];
};

function readWatched(draft: RuleDraftText): Watched {
  const { rules, entities } = compileIntegrityRule({ ...ruleObject(draft, 'full'), ID: draftRuleId });
  const limits = new Set<TryLimit>();
  // What a variable stands for is known on each host alone.
  const known = (list: readonly string[]): string[] => {
    const found = list.filter((path) => path.startsWith('/'));
    if (found.length < list.length) limits.add('variables_skipped');
    return found;
  };
  const paths = rules.flatMap((rule) => {
    const include = setOf(known(rule.include), rule.exact);
    const exclude = setOf(known(rule.exclude), rule.exact);
    return include && exclude ? [{ rule, include, exclude }] : [];
  });
  const plain = entities.filter(({ include, exclude }) => [...include, ...exclude].every(({ where }) => !where));
  if (plain.length < entities.length) limits.add('entities_skipped');
  return { paths, entities: plain, limits: [...limits] };
}

function setOf(paths: readonly string[], isExact: boolean | undefined): PathSet | undefined {
  try {
    return new PathSet(paths, isExact);
  } catch (error) {
    if (error instanceof PathFault) return undefined;
    throw error;
  }
}

/** Which of the paths the rule would watch. */
export function tryOnPaths(draft: RuleDraftText, paths: readonly string[]): Findings {
  const watched = readWatched(draft);
  const tally = new Tally(false);
  for (const [index, path] of paths.entries())
    if (watched.paths.some(({ include, exclude }) => include.covers(path) && !exclude.covers(path)))
      tally.add({ line: index + 1, text: path });
  const limits: TryLimit[] = ['paths_alone', ...watched.limits.filter((limit) => limit !== 'entities_skipped')];
  return tally.result(paths.length, watched.entities.length > 0 ? [...limits, 'entities_skipped'] : limits);
}

/** Changes that some rule had told of in the last 30 days: which of them the draft would have told of, by path and by what changed. */
export async function tryOnStoredChanges(
  platform: Platform,
  accountId: string,
  draft: RuleDraftText,
): Promise<Findings> {
  const watched = readWatched(draft);
  const { items, since, isCut } = await storedDetections(platform, accountId, 'integrity');
  const changes = items.filter(({ record }) => record.file !== undefined || record.entity !== undefined);
  const tally = new Tally(true);
  for (const change of changes)
    if (isWatched(watched, change.record))
      tally.add({ ...ofDetection(change), ruleName: draft.name, text: wordsOf(change.record) });
  const limits: TryLimit[] = ['stored_paths', ...(isCut ? (['newest_only'] as const) : []), ...watched.limits];
  return { ...tally.result(changes.length, limits), since };
}

function isWatched({ paths, entities }: Watched, { file, entity }: Detection): boolean {
  if (entity)
    return entities.some(
      (rule) =>
        rule.entity === entity.kind &&
        entity.changed.some((name) => rule.attributes.includes(name)) &&
        rule.include.some(({ key = '*' }) => matchName(key, entity.key)) &&
        !rule.exclude.some(({ key = '*' }) => matchName(key, entity.key)),
    );
  if (!file) return false;
  const all = [file.path, ...(file.previousPath === undefined ? [] : [file.previousPath])];
  const type = (file.after ?? file.before)?.type;
  return paths.some(
    ({ rule, include, exclude }) =>
      (rule.kind === undefined || type === undefined || (rule.kind === 'directory') === (type === 'directory')) &&
      file.changed.some((name) => (rule.attributes as readonly string[]).includes(name)) &&
      all.some((path) => include.covers(path) && !exclude.covers(path)),
  );
}

const wordsOf = ({ file, entity, title }: Detection): string => {
  const changed = (file ?? entity)?.changed.join(', ') ?? '';
  const what = file?.path ?? (entity && `${entity.kind} ${entity.key}`) ?? title;
  return changed === '' ? what : `${what} (${changed})`;
};
