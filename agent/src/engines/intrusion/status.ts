import type { ModuleStatus } from '@sakimori/contract/module';
import { type ChildReport, careCauses, careFigures } from '../../engine-care/index.ts';
import { installCommandOf } from '../../install-command.ts';
import type { QueueFault } from '../../packet-queue/index.ts';
import type { CommunityReport } from './community/community-rules.ts';
import type { FailedRule } from './suricata/program.ts';
import type { Loaded } from './suricata/sensor.ts';

/** What the engine knows of itself. */
export type IntrusionState = {
  readonly wanted: 'prevent' | 'detect';
  readonly isTap: boolean;
  readonly isInstalled: boolean;
  readonly sensor: ChildReport | undefined;
  readonly loaded: Loaded | undefined;
  readonly failed: readonly FailedRule[];
  readonly leftOut: readonly string[];
  /** Why packets cannot be led into a queue, where they should be. */
  readonly queueFault: QueueFault | undefined;
  readonly otherReader: { readonly pid: number; readonly name: string; readonly queue: number } | undefined;
  /** Why packets go past the engine, or stand still. */
  readonly bypassedWhy: string | undefined;
  /** Packets are dropped, because the policy fails closed. */
  readonly standsStill: boolean;
  readonly processProblem: string | undefined;
  /** Of the rules of others, where the policy wants them. */
  readonly community?: CommunityReport | undefined;
  /** Why the engine could not be started or changed. */
  readonly fault: string | undefined;
};

const module = 'intrusion' as const;
const namesMax = 600;

export function statusOf(state: IntrusionState): ModuleStatus {
  const { isInstalled, sensor, loaded } = state;
  if (!isInstalled)
    return {
      ...{ module, state: 'lacking', lacks: 'Suricata', causes: standingStill(state), figures: {} },
      install: installCommandOf(module),
    };
  const causes = causesOf(state);
  const notes = notesOf(state);
  return {
    module,
    state: causes.length > 0 ? 'degraded' : 'active',
    causes,
    ...(notes.length > 0 ? { notes } : {}),
    figures: {
      intrusionRules: loaded?.loaded ?? 0,
      ...(state.failed.length > 0 || loaded?.failed
        ? { intrusionRulesFailed: state.failed.length + (loaded?.failed ?? 0) }
        : {}),
      ...(sensor ? careFigures(sensor) : {}),
    },
  };
}

function causesOf(state: IntrusionState): ModuleStatus['causes'] {
  const { sensor, failed, leftOut, queueFault, otherReader, bypassedWhy, standsStill, fault, wanted, isTap } = state;
  const prevents = wanted === 'prevent' && !isTap;
  return [
    ...(fault === undefined ? [] : [{ code: 'engine_failed', facts: { detail: fault.slice(0, 500) } }]),
    ...(prevents && queueFault
      ? [
          {
            code: 'intrusion_no_queue',
            facts: {
              detail: (queueFault.kind === 'missing' ? `${queueFault.what}` : queueFault.message).slice(0, 500),
            },
          },
        ]
      : []),
    ...(prevents && otherReader
      ? [
          {
            code: 'intrusion_queue_taken',
            facts: { program: otherReader.name, pid: otherReader.pid, queue: otherReader.queue },
          },
        ]
      : []),
    ...(sensor ? careCauses(sensor) : []),
    ...standingStill(state),
    ...(bypassedWhy === undefined || standsStill || sensor?.state !== 'running'
      ? []
      : [{ code: 'intrusion_bypassed', facts: { detail: bypassedWhy.slice(0, 500) } }]),
    ...(failed.length > 0
      ? [
          {
            code: 'intrusion_rules_failed',
            facts: { count: failed.length, names: shorten(failed.map(textOf).join('; ')) },
          },
        ]
      : []),
    ...(leftOut.length > 0
      ? [{ code: 'intrusion_left_out_context', facts: { count: leftOut.length, names: shorten(leftOut.join(', ')) } }]
      : []),
  ];
}

function standingStill({ standsStill, bypassedWhy = '' }: IntrusionState): ModuleStatus['causes'] {
  return standsStill ? [{ code: 'intrusion_stands_still', facts: { detail: bypassedWhy.slice(0, 500) } }] : [];
}

function notesOf({ wanted, isTap, processProblem, community }: IntrusionState): NonNullable<ModuleStatus['notes']> {
  const acts = wanted === 'prevent' ? (isTap ? 'intrusion_tap' : 'intrusion_prevents') : 'intrusion_detects';
  return [
    { code: acts, facts: {} },
    ...(processProblem === undefined
      ? []
      : [{ code: 'intrusion_no_trace', facts: { detail: processProblem.slice(0, 500) } }]),
    ...(community ? communityNotes(community) : []),
  ];
}

const communityNotes = ({ count, at, fault }: CommunityReport): NonNullable<ModuleStatus['notes']> => [
  ...(count === undefined || at === undefined ? [] : [{ code: 'intrusion_community', facts: { count, at } }]),
  ...(fault === undefined ? [] : [{ code: 'intrusion_community_failed', facts: { detail: fault.slice(0, 500) } }]),
];

export const textOf = ({ sid, why }: FailedRule): string => (sid === undefined ? why : `${sid}: ${why}`);
const shorten = (text: string): string => (text.length > namesMax ? `${text.slice(0, namesMax)}…` : text);
