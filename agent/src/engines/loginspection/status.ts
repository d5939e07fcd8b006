import type { ModuleStatus } from '@sakimori/contract/module';
import type { LogInspectionPolicy } from '@sakimori/contract/policy';
import { installCommandOf } from '../../install-command.ts';
import type { SourcesStanding } from './sources/index.ts';

/** What the engine knows of itself. */
export interface Standing {
  readonly policy: LogInspectionPolicy | undefined;
  readonly sources: SourcesStanding | undefined;
  readonly linesRead: number;
  readonly linesFailed: number;
  readonly rules: number;
  readonly decoders: number;
}

/**
 * How the module fares. A host without any of the logs, and without a journal in their place, lacks a syslog daemon; a log that may not be read is a cause,
 * with its name.
 */
export function statusOf(standing: Standing): ModuleStatus {
  const { policy, sources } = standing;
  const module = 'loginspection';
  if (!policy) return { module, state: 'degraded', causes: [{ code: 'policy_not_applied', facts: {} }], figures: {} };
  if (policy.state === 'off') return { module, state: 'off', causes: [], figures: {} };
  const figures = figuresOf(standing);
  if (!sources || (sources.followed === 0 && sources.unreadable.length === 0 && !sources.journal)) {
    return {
      module,
      state: 'lacking',
      lacks: lackedLogs(policy),
      install: installCommandOf('loginspection'),
      causes: [],
      figures,
    };
  }
  const causes = causesOf(standing, sources);
  return { module, state: causes.length > 0 ? 'degraded' : 'active', causes, figures };
}

function figuresOf({ sources, linesRead, rules, decoders }: Standing): ModuleStatus['figures'] {
  const { followed = 0, cut = 0, journal } = sources ?? {};
  return {
    followedLogs: followed,
    ...(journal ? { journalEntries: journal.entries } : {}),
    linesRead,
    ...(cut > 0 ? { linesCut: cut } : {}),
    rulesLoaded: rules,
    decodersLoaded: decoders,
  };
}

type Cause = ModuleStatus['causes'][number];

function causesOf({ linesFailed }: Standing, sources: SourcesStanding): Cause[] {
  const { unreadable, leftOut, isCutShort, holeBytes, journal } = sources;
  const [first] = unreadable;
  const causes: (Cause | false | undefined)[] = [
    first && {
      code: 'loginspection_unreadable',
      facts: { count: unreadable.length, example: first.path.slice(0, 1000), code: first.code },
    },
    leftOut > 0 && {
      code: 'loginspection_too_many_logs',
      facts: { count: leftOut, limit: sources.limit },
    },
    isCutShort && { code: 'loginspection_folders_cut', facts: {} },
    holeBytes > 0 && { code: 'loginspection_hole', facts: { mebibytes: Math.ceil(holeBytes / 1_048_576) } },
    journal?.problem !== undefined && { code: 'loginspection_journal_failing', facts: { problem: journal.problem } },
    journal !== undefined && journal.gaps > 0 && { code: 'loginspection_journal_gap', facts: { count: journal.gaps } },
    linesFailed > 0 && { code: 'loginspection_line_failed', facts: { count: linesFailed } },
  ];
  return causes.filter((cause) => typeof cause === 'object');
}

const lackedLogs = (policy: LogInspectionPolicy) =>
  policy.sources
    .map((source) => source.path)
    .join(', ')
    .slice(0, 200) || 'log sources';
