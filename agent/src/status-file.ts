import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Heartbeat } from '@sakimori/contract/agent-protocol';
import type { LinkState } from './link.ts';

export const statusFileName = 'status.json';

/** What the running agent leaves for `sakimori-agent status`. */
export type AgentStatus = {
  readonly pid: number;
  readonly at: string;
  readonly stopped: boolean;
  readonly hostId: string;
  readonly accountId: string;
  readonly agents: string;
  readonly link: LinkState;
  readonly clockOffsetMs: number | undefined;
  /** Detections that the manager would not store, in this run. */
  readonly refused: number;
  readonly certificateExpiresAt: string;
  readonly heartbeat: Heartbeat;
};

/** Written every ten seconds and at each change: one that is older belongs to an agent that has ended. */
const freshMsMax = 30_000;

/** @returns `undefined` when no agent has run in this folder */
export function readStatus(folder: string, nowMs: number): { status: AgentStatus; isRunning: boolean } | undefined {
  let status: AgentStatus;
  try {
    status = JSON.parse(readFileSync(join(folder, statusFileName), 'utf8')) as AgentStatus;
  } catch {
    return undefined;
  }
  const isFresh = nowMs - Date.parse(status.at) < freshMsMax;
  return { status, isRunning: !status.stopped && isFresh && isAlive(status.pid) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The status as lines for a person. */
export function describeStatus(status: AgentStatus, isRunning: boolean): string {
  const { heartbeat, link } = status;
  const { policy, spool } = heartbeat;
  const lines = [
    isRunning
      ? `running (pid ${status.pid}) since ${heartbeat.startedAt}`
      : `not running; last sign of life ${status.at}`,
    `host ${status.hostId} of account ${status.accountId}`,
    `manager ${status.agents}: ${link.state} since ${link.since}${link.cause ? ` (${link.cause})` : ''}`,
    `certificate good until ${status.certificateExpiresAt}`,
    policy
      ? `policy ${policy.id} version ${policy.version}${policy.problem ? `; refused: ${policy.problem}` : ''}`
      : 'no policy yet',
    `waiting ${spool.pending}, dropped ${spool.dropped}, refused ${status.refused}, kept ${spool.storage === 'memory' ? 'in memory: the disk takes no writes' : 'on disk'}`,
    `memory ${Math.round(heartbeat.residentBytes / 1e6)} MB`,
    ...heartbeat.modules.map(describeModule),
    ...heartbeat.facts.limits.map((limit) => `limit: ${limit}`),
  ];
  return `${lines.join('\n')}\n`;
}

function describeModule({
  module,
  state,
  lacks,
  install,
  causes,
  notes = [],
  figures,
}: Heartbeat['modules'][number]): string {
  const details = [
    lacks && install ? `lacks ${lacks}, install with: ${install}` : '',
    ...[...causes, ...notes].map(({ code, facts }) => [code, ...Object.values(facts)].join(' ')),
    ...Object.entries(figures).map(([name, value]) => `${name} ${value}`),
  ].filter(Boolean);
  return `${module.padEnd(14)} ${state}${details.length > 0 ? `: ${details.join('; ')}` : ''}`;
}
