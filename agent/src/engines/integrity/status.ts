import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import type { Baseline } from './baseline.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { displayPath } from './path-bytes.ts';

type Causes = ModuleStatus['causes'];

/** How the module fares. Whatever is left out of the watch is a cause, with its number and one example. */
export function statusOf(
  policy: IntegrityPolicy | undefined,
  watch: IntegrityWatch | undefined,
  baseline: Baseline | undefined,
): ModuleStatus {
  if (policy?.state === 'off') return { module: 'integrity', state: 'off', causes: [], figures: {} };
  if (!watch || !baseline) {
    return {
      module: 'integrity',
      state: 'degraded',
      causes: [{ code: 'policy_not_applied', facts: {} }],
      figures: {},
    };
  }
  const { files, attributeOnly, unreadable } = baseline.counts();
  const denied = unreadable + watch.examiner.denied.size;
  const causes = [
    ...unreadableCause(denied, baseline, watch),
    ...mountCause(watch),
    ...watchCauses(watch),
    ...(baseline.heldCount > 0 ? [{ code: 'integrity_baseline_memory', facts: { count: baseline.heldCount } }] : []),
    ...(watch.scanFault ? [{ code: 'integrity_scan_failed', facts: { detail: watch.scanFault.slice(0, 500) } }] : []),
  ];
  return {
    module: 'integrity',
    state: causes.length > 0 ? 'degraded' : 'active',
    causes,
    figures: {
      watchedFiles: files,
      watchedFolders: watch.realTime.tree.size,
      attributeOnlyFiles: attributeOnly,
      unreadable: denied,
      ...(watch.lastScanSeconds === undefined ? {} : { lastScanSeconds: Math.round(watch.lastScanSeconds * 10) / 10 }),
      ...(watch.isBuilding ? { building: 1 } : {}),
    },
  };
}

function unreadableCause(count: number, baseline: Baseline, watch: IntegrityWatch): Causes {
  if (count === 0) return [];
  const example = baseline.unreadableExample() ?? watch.examiner.denied.values().next().value ?? '';
  return [{ code: 'integrity_unreadable', facts: { count, example: displayPath(example).slice(0, 1000) } }];
}

function mountCause(watch: IntegrityWatch): Causes {
  const [example] = watch.examiner.skippedMounts;
  if (example === undefined) return [];
  const facts = { count: watch.examiner.skippedMounts.size, example: displayPath(example).slice(0, 1000) };
  return [{ code: 'integrity_mounts_skipped', facts }];
}

/** The limit of inotify has a remedy of its own, so it is told apart from other failures. */
function watchCauses(watch: IntegrityWatch): Causes {
  const codes = [...watch.realTime.tree.failures.values()];
  const seconds = watch.scanEverySeconds;
  const atLimit = codes.filter((code) => code === 'ENOSPC').length;
  const other = codes.find((code) => code !== 'ENOSPC');
  return [
    ...(atLimit > 0 ? [{ code: 'integrity_watch_limit', facts: { missing: atLimit, seconds } }] : []),
    ...(other
      ? [{ code: 'integrity_watch_failed', facts: { missing: codes.length - atLimit, detail: other, seconds } }]
      : []),
  ];
}
