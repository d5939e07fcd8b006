import { existsSync } from 'node:fs';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { LogInspectionPolicy } from '@sakimori/contract/policy';
import type { Unreadable } from './sources/log-files.ts';

/** What the engine knows of itself. */
export interface Standing {
  readonly policy: LogInspectionPolicy | undefined;
  readonly followed: number;
  readonly unreadable: readonly Unreadable[];
  readonly linesRead: number;
  readonly linesFailed: number;
  readonly rules: number;
  readonly decoders: number;
}

/** How the module fares. A host without any of the logs lacks a syslog daemon; a log that may not be read is a cause, with its name. */
export function statusOf(standing: Standing): ModuleStatus {
  const { policy, followed, unreadable } = standing;
  const module = 'loginspection';
  if (!policy) return { module, state: 'degraded', causes: [{ code: 'policy_not_applied', facts: {} }], figures: {} };
  if (policy.state === 'off') return { module, state: 'off', causes: [], figures: {} };
  const figures = {
    followedLogs: followed,
    linesRead: standing.linesRead,
    rulesLoaded: standing.rules,
    decodersLoaded: standing.decoders,
  };
  if (followed === 0 && unreadable.length === 0) {
    return { module, state: 'lacking', lacks: lackedLogs(policy), install: installCommand, causes: [], figures };
  }
  const causes = causesOf(standing);
  return { module, state: causes.length > 0 ? 'degraded' : 'active', causes, figures };
}

function causesOf({ unreadable, linesFailed }: Standing): ModuleStatus['causes'] {
  const [first] = unreadable;
  return [
    ...(first
      ? [
          {
            code: 'loginspection_unreadable',
            facts: { count: unreadable.length, example: first.path.slice(0, 1000), code: first.code },
          },
        ]
      : []),
    ...(linesFailed > 0 ? [{ code: 'loginspection_line_failed', facts: { count: linesFailed } }] : []),
  ];
}

const lackedLogs = (policy: LogInspectionPolicy) =>
  policy.sources
    .map((source) => source.path)
    .join(', ')
    .slice(0, 200) || 'log sources';

/** Debian 12 and Ubuntu minimal come without a syslog daemon: journald alone keeps the log. */
const installCommand = existsSync('/usr/bin/dnf')
  ? 'dnf install -y rsyslog && systemctl enable --now rsyslog'
  : 'apt-get install -y rsyslog';
