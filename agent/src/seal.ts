import type { Detection } from '@sakimori/contract/detection';
import type { DetectionModule } from '@sakimori/contract/module';
import { type Clock, toEpochMs, toInstant } from './clock.ts';
import type { DetectionDraft } from './engines/engine.ts';
import { newId } from './new-id.ts';

export type Origin = { readonly accountId: string; readonly hostId: string };

/** Makes drafts detections of this host: id, owner, corrected time. `id` replaces the one it would get. */
export type Seal = (module: Detection['module'], draft: DetectionDraft, id?: string) => Detection;

/** @param clockOffsetMs host clock minus manager clock as it is known at the moment; `undefined` where it is not known yet */
export function createSeal(origin: Origin, clock: Clock, clockOffsetMs: () => number | undefined): Seal {
  return (module, draft, id) => {
    const offsetMs = clockOffsetMs();
    const atMs = draft.occurredAt === undefined ? clock.nowMs() : toEpochMs(draft.occurredAt);
    return {
      // The id stands first: the salvage of a damaged spool knows a detection by it.
      id: id ?? newId(clock.nowMs()),
      accountId: origin.accountId,
      hostId: origin.hostId,
      ...fit(draft),
      occurredAt: toInstant(atMs - (offsetMs ?? 0)),
      ...(offsetMs === undefined ? {} : { clockOffsetMs: offsetMs }),
      module: module satisfies DetectionModuleName,
    };
  };
}

type DetectionModuleName = (typeof DetectionModule)['options'][number];

/** The contract's bounds on texts that come from outside: a longer one would have the whole detection refused. */
function fit(draft: DetectionDraft): DetectionDraft {
  return {
    ...draft,
    title: cut(draft.title, 500),
    rule: {
      id: cut(draft.rule.id, 100),
      name: cut(draft.rule.name, 300),
      ...(draft.rule.nameJa === undefined ? {} : { nameJa: cut(draft.rule.nameJa, 300) }),
    },
    ...(draft.subject === undefined ? {} : { subject: cut(draft.subject, 500) }),
    ...(draft.raw === undefined ? {} : { raw: cut(draft.raw, 16_384) }),
    ...(draft.log === undefined
      ? {}
      : { log: { ...draft.log, lines: draft.log.lines.slice(-50).map((line) => cut(line, 8192)) } }),
  };
}

/** Never through the middle of a pair of surrogates. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
