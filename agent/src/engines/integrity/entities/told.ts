import type { EntityRule } from '@sakimori/contract/integrity-entity';
import { entity as english } from '@sakimori/contract/phrases/en/entity';
import type { DetectionDraft } from '../../engine.ts';
import type { FoundBy } from '../changes.ts';
import type { EntityChange } from './entity-rules.ts';

export type Judged = { readonly change: EntityChange; readonly rule: EntityRule; readonly changed: readonly string[] };

/** Of one kind of event more than this in one look is one matter, such as the upgrade of a whole system. */
export const toldMax = 100;
const examplesMax = 20;

type Event = 'created' | 'removed' | 'changed';
const eventOf = ({ before, after }: EntityChange): Event => (!before ? 'created' : !after ? 'removed' : 'changed');

/** Changes of one kind of entity as detections: one each, or one of all where there are very many. */
export function draftsOf(judged: readonly Judged[], foundBy: FoundBy, occurredAt: string): DetectionDraft[] {
  const groups = Map.groupBy(judged, ({ change, rule }) => `${eventOf(change)} ${rule.id}`);
  return [...groups.values()].flatMap((group) =>
    group.length > toldMax
      ? [draftOfMany(group, foundBy, occurredAt)]
      : group.map((one) => draftOf(one, foundBy, occurredAt)),
  );
}

function headOf({ change, rule }: Judged, occurredAt: string) {
  const kind = `entity.${change.kind}_${eventOf(change)}` as const;
  return {
    occurredAt,
    kind,
    words: english[`kind.${kind}`],
    rule: { id: rule.id, name: rule.name.en, nameJa: rule.name.ja },
    severity: rule.severity,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
  } as const;
}

function draftOf(one: Judged, foundBy: FoundBy, occurredAt: string): DetectionDraft {
  const { change, changed } = one;
  const { words, ...head } = headOf(one, occurredAt);
  const detail = change.before && change.after ? ` (${changed.join(', ')})` : '';
  return {
    ...head,
    title: `${words}: ${change.key.slice(0, 300)}${detail}`.slice(0, 500),
    subject: change.key.slice(0, 500),
    entity: {
      kind: change.kind,
      key: change.key,
      ...(change.before ? { before: change.before } : {}),
      ...(change.after ? { after: change.after } : {}),
      changed: changed.slice(0, 30),
    },
    facts: { foundBy },
  };
}

function draftOfMany(group: readonly Judged[], foundBy: FoundBy, occurredAt: string): DetectionDraft {
  const { words, ...head } = headOf(group[0]!, occurredAt);
  const examples = group
    .slice(0, examplesMax)
    .map(({ change }) => change.key)
    .join(', ');
  return {
    ...head,
    title: `${words}: ${group.length} (${examples})`.slice(0, 500),
    facts: { foundBy, count: group.length, examples: examples.slice(0, 1000) },
  };
}
