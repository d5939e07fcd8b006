import { ownRule } from '@sakimori/contract/rule-names';
import type { FlowProcess } from '../../flow-process/flow.ts';
import type { DetectionDraft } from '../engine.ts';
import type { Sighting } from './filter/sightings.ts';

/** One block, or how many like it came after it. @param level at which it was decided. @param isForwarded it came from a container or another host behind this one */
export function draftOf(
  { seen, shown, owner, count, isRest }: Sighting<FlowProcess>,
  level: string,
  isAlert: boolean,
  isForwarded = false,
): DetectionDraft {
  const { via, address, verdict, local, peer } = seen;
  const { reason, matched, rating, score, category, feed } = verdict;
  const kind = `web.blocked_${reasonKinds[reason] ?? 'rated'}` as const;
  return {
    kind,
    rule: ownRule(kind, kind),
    severity: isRest ? 'informational' : severityOf(rating, isAlert),
    title:
      `Access to ${shown}${isForwarded ? ` from ${local.address}` : ''} was blocked (${via}, ${[reason, rating, category].filter(Boolean).join(', ')})`.slice(
        0,
        500,
      ),
    ...{ mode: 'prevent', action: 'denied', actionResult: 'success' },
    subject: address.host,
    url: { value: shown.slice(0, 2048), category: category ?? reason },
    source: local,
    destination: { ...peer, name: address.host.slice(0, 255) },
    ...processOf(owner),
    facts: {
      ...{ via, host: address.host, level, verdict: 'blocked', reason, count },
      ...(matched === undefined ? {} : { matched: matched.slice(0, 1000) }),
      ...(rating === undefined ? {} : { rating }),
      ...(score === undefined ? {} : { score }),
      ...(category === undefined ? {} : { category }),
      ...(feed === undefined ? {} : { feed }),
      ...(isForwarded ? { forwarded: true } : {}),
      ...(isRest ? { more: true } : {}),
    },
  };
}

const reasonKinds: {
  readonly [R in Sighting<unknown>['seen']['verdict']['reason']]?: 'listed' | 'rated' | 'untested';
} = {
  blocked_domain: 'listed',
  blocked_url: 'listed',
  keyword: 'listed',
  rated: 'rated',
  untested: 'untested',
};

/** Whoever set the policy's alert wants to hear of each: from medium on a detection opens an alert. */
function severityOf(rating: string | undefined, isAlert: boolean): DetectionDraft['severity'] {
  if (!isAlert) return 'low';
  return rating === 'dangerous' ? 'high' : 'medium';
}

function processOf(owner: FlowProcess | undefined): Pick<DetectionDraft, 'process' | 'user' | 'actor'> {
  if (!owner) return {};
  const { pid, name, path, commandLine, user, parent } = owner;
  if (pid === 0) return user ? { user } : {};
  return {
    process: { pid, ...(path ? { path } : {}), ...(commandLine ? { commandLine } : {}) },
    ...(user ? { user } : {}),
    actor: {
      process: {
        pid,
        ...(name ? { name: name.slice(0, 64) } : {}),
        ...(path ? { path } : {}),
        ...(parent ? { parent } : {}),
      },
      ...(user ? { user } : {}),
    },
  };
}

const about = { mode: 'prevent', action: 'observed', actionResult: 'none', subject: 'webfilter' } as const;

export const bypassedDraft = (why: string): DetectionDraft => ({
  ...about,
  kind: 'web.bypassed',
  rule: ownRule('web.bypassed', 'web.bypassed'),
  severity: 'high',
  title: 'The filter of web reputation does not answer; traffic passes it by unchecked',
  facts: { cause: why.slice(0, 1000) },
});

export const restoredDraft = (): DetectionDraft => ({
  ...about,
  kind: 'web.restored',
  rule: ownRule('web.restored', 'web.restored'),
  severity: 'informational',
  title: 'Traffic goes through the filter of web reputation again',
});

export const tamperedDraft = (isHealed: boolean): DetectionDraft => ({
  ...about,
  kind: 'web.tampered',
  rule: ownRule('web.tampered', 'web.tampered'),
  severity: 'high',
  title: `The way of packets to web reputation was changed by somebody else${isHealed ? ' and stands again' : ''}`,
  facts: { healed: isHealed },
});
