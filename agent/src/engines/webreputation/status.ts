import type { ModuleStatus } from '@sakimori/contract/module';
import { type ChildReport, careCauses, careFigures } from '../../engine-care/index.ts';
import { installCommandOf } from '../../install-command.ts';
import type { QueueFault } from '../../packet-queue/index.ts';
import type { FilterState } from './filter/words.ts';

/** What the engine knows of itself. */
export type WebState = {
  readonly child: ChildReport | undefined;
  readonly filter: FilterState | undefined;
  /** Why packets cannot be led into the queue. */
  readonly queueFault: QueueFault | undefined;
  /** What the filter itself could not do. */
  readonly filterFault: string | undefined;
  /** Why packets pass the filter by, while they do. */
  readonly bypassedWhy: string | undefined;
  /** Why tables are missing or old. */
  readonly tableFault: string | undefined;
};

const module = 'webreputation' as const;
const install = installCommandOf('webreputation');

export function statusOf(state: WebState): ModuleStatus {
  const { queueFault, filter, child } = state;
  if (queueFault)
    return {
      ...{ module, state: 'lacking' },
      ...(queueFault.kind === 'missing' ? { lacks: queueFault.what ?? 'iptables', install } : {}),
      causes: queueFault.kind === 'missing' ? [] : [{ code: 'web_no_queue', facts: detail(queueFault.message) }],
      figures: {},
    };
  const causes = causesOf(state);
  return {
    module,
    state: causes.length > 0 ? 'degraded' : 'active',
    causes,
    figures: {
      webEntries: filter?.entries ?? 0,
      webJudged: filter?.judged ?? 0,
      webBlocked: filter?.blocked ?? 0,
      ...(child ? careFigures(child) : {}),
    },
  };
}

const detail = (text: string) => ({ detail: text.slice(0, 500) });

function causesOf({ child, filter, filterFault, bypassedWhy, tableFault }: WebState): ModuleStatus['causes'] {
  const faults = filter?.faults ?? [];
  return [
    ...(child ? careCauses(child) : [{ code: 'policy_not_applied', facts: {} }]),
    ...(filterFault === undefined ? [] : [{ code: 'web_filter_fault', facts: detail(filterFault) }]),
    ...(bypassedWhy === undefined || child?.state !== 'running'
      ? []
      : [{ code: 'web_bypassed', facts: detail(bypassedWhy) }]),
    ...(faults.length > 0 || tableFault !== undefined
      ? [{ code: 'web_table_fault', facts: detail([...faults, tableFault].filter(Boolean).join('; ')) }]
      : []),
    ...(filter && filter.entries === 0 && faults.length === 0 && tableFault === undefined
      ? [{ code: 'web_no_table', facts: {} }]
      : []),
  ];
}
