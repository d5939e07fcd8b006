import type { Detection, PackageChange } from '@sakimori/contract/detection';
import { ownRule } from '@sakimori/contract/rule-names';
import type { DetectionDraft } from '../../engine.ts';
import type { Explanation, Moved } from './explain.ts';

const packagesMax = 50;
const rawMax = 16_000;

export type Explained = { readonly detection: Detection; readonly why: Explanation };

/** One run of the package tools as one detection: which packages, from which version to which, and every path as far as there is room. */
export function groupDraft(
  tool: string,
  explained: readonly Explained[],
  moved: ReadonlyMap<string, Moved>,
): DetectionDraft {
  const times = explained.map(({ detection }) => detection.occurredAt).sort();
  const counts = countByPackage(explained);
  const named = [...moved.values()].sort((a, b) => (counts.get(b.key) ?? 0) - (counts.get(a.key) ?? 0));
  const count = (kind: string) => explained.filter(({ detection }) => detection.kind === `file.${kind}`).length;
  const names = named.map(({ key }) => key.split(':')[0]!);
  return {
    occurredAt: times[0]!,
    kind: 'integrity.package_changes',
    rule: ownRule('integrity.package_changes', 'integrity.package_changes'),
    severity: 'low',
    title: `${tool}: ${explained.length} changes explained by ${named.length} packages (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''})`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    subject: `${tool}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` (+${names.length - 5})` : ''}`.slice(
      0,
      500,
    ),
    packages: named.slice(0, packagesMax).map((one) => toPackageChange(one, counts.get(one.key) ?? 0)),
    facts: {
      packageTool: tool,
      packageCount: named.length,
      changeCount: explained.length,
      createdCount: count('created'),
      modifiedCount: count('modified') + count('renamed'),
      deletedCount: count('deleted'),
      unverifiedCount: explained.filter(({ why }) => !why.isVerified).length,
      firstAt: times[0]!,
      lastAt: times.at(-1)!,
    },
    raw: listOfPaths(explained),
  };
}

function countByPackage(explained: readonly Explained[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { why } of explained) counts.set(why.package, (counts.get(why.package) ?? 0) + 1);
  return counts;
}

function toPackageChange({ key, before, after }: Moved, files: number): PackageChange {
  const [name = key] = key.split(':');
  const architecture = (after ?? before)?.architecture;
  return {
    name: name.slice(0, 200),
    ...(architecture ? { architecture: architecture.slice(0, 40) } : {}),
    ...(before ? { versionBefore: before.version.slice(0, 200) } : {}),
    ...(after ? { versionAfter: after.version.slice(0, 200) } : {}),
    files,
  };
}

/** A line a change: what became of it, and where. */
function listOfPaths(explained: readonly Explained[]): string {
  let text = '';
  for (const [index, { detection, why }] of explained.entries()) {
    const line = `${detection.kind.slice('file.'.length)}${why.isVerified ? '' : ' (unverified)'} ${detection.file?.path}\n`;
    if (text.length + line.length > rawMax) return `${text}… ${explained.length - index} more`;
    text += line;
  }
  return text;
}
