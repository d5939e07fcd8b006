import type { ModuleStatus } from '@sakimori/contract/module';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { displayPath } from '../../file-system/path-bytes.ts';
import type { Baseline } from './baseline.ts';
import { cpuPercentOf } from './cpu-percent.ts';
import type { IntegrityWatch } from './integrity-watch.ts';

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
    ...notesOf(policy, watch),
    figures: {
      watchedFiles: files,
      ...(watch.realTime.kind === 'fanotify'
        ? { watchedFileSystems: watch.realTime.fileSystems }
        : { watchedFolders: watch.realTime.tree.size }),
      ...(watch.overruns > 0 ? { eventOverruns: watch.overruns } : {}),
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
  const { skippedMounts, mounts } = watch.examiner;
  const names = [...skippedMounts].map((point) => `${displayPath(point)} (${mounts.at(point)?.type ?? '?'})`);
  const [example] = names;
  if (example === undefined) return [];
  const facts = { count: names.length, example: example.slice(0, 1000), list: fit(names, 1000) };
  return [{ code: 'integrity_mounts_skipped', facts }];
}

/** As many of the names as there is room for. */
function fit(names: readonly string[], max: number): string {
  const all = names.join(', ');
  return all.length <= max ? all : `${all.slice(0, max - 2)} …`;
}

function notesOf(policy: IntegrityPolicy | undefined, watch: IntegrityWatch): Pick<ModuleStatus, 'notes'> {
  const light =
    policy?.profile === 'light' ? [{ code: 'integrity_light', facts: { percent: cpuPercentOf(policy) } }] : [];
  const notes = [...(policy?.realTime ? notesOn(watch) : []), ...light];
  return notes.length > 0 ? { notes } : {};
}

/** Which of the kernel's ways tells of changes, and why not the better one. */
function notesOn({ realTime }: IntegrityWatch): NonNullable<ModuleStatus['notes']> {
  const { whyNot, unmarked } = realTime;
  if (realTime.kind === 'inotify')
    return whyNot ? [{ code: `integrity_inotify_${whyNot.cause}`, facts: { detail: whyNot.detail } }] : [];
  const [first] = unmarked;
  const facts = first && { count: unmarked.size, example: displayPath(first[0]).slice(0, 500), detail: first[1] };
  return [
    { code: 'integrity_fanotify', facts: { count: realTime.fileSystems } },
    ...(facts ? [{ code: 'integrity_unmarked', facts }] : []),
  ];
}

/** The limit of inotify has a remedy of its own, so it is told apart from other failures. */
function watchCauses(watch: IntegrityWatch): Causes {
  const codes = [...watch.realTime.tree.failures.values()];
  const seconds = watch.scanEverySeconds;
  const atLimit = codes.filter((code) => code === 'ENOSPC').length;
  const other = codes.find((code) => code !== 'ENOSPC');
  return [
    ...(watch.isCatchingUp ? [{ code: 'integrity_events_lost', facts: { count: watch.overruns } }] : []),
    ...(atLimit > 0 ? [{ code: 'integrity_watch_limit', facts: { missing: atLimit, seconds } }] : []),
    ...(other
      ? [{ code: 'integrity_watch_failed', facts: { missing: codes.length - atLimit, detail: other, seconds } }]
      : []),
  ];
}
