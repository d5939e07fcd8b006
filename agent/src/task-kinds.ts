import type { HostInventory } from '@sakimori/contract/host-inventory';
import type { HostTaskKind } from '@sakimori/contract/host-task';
import type { Module } from '@sakimori/contract/module';
import type { Engines } from './policy.ts';
import { NotSupported, type TaskLane } from './tasks.ts';

export type TaskHands = {
  readonly engines: Engines;
  /** Takes the inventory and sends it. */
  readonly reportInventory: () => Promise<HostInventory>;
  /** Fetches the assigned policy and puts it in force. @returns a sentence for a person. @throws Error when it cannot be carried out */
  readonly fetchPolicy: () => Promise<string>;
};

/** Who does what the manager may ask for. */
export function createTaskKinds(hands: TaskHands): { readonly [Kind in HostTaskKind]: TaskLane } {
  const inventory: TaskLane = { lane: 'inventory', work: async () => describeInventory(await hands.reportInventory()) };
  const byEngine = (module: Module, kind: HostTaskKind): TaskLane => ({
    lane: module,
    work: (facts) => {
      const engine = hands.engines[module];
      if (!engine.run)
        throw new NotSupported(`This agent does not drive an engine of the module ${module} on this host.`);
      return engine.run({ kind, facts });
    },
  });
  return {
    'recommendation-scan': inventory,
    'open-ports-scan': inventory,
    'integrity-scan': byEngine('integrity', 'integrity-scan'),
    'integrity-baseline': byEngine('integrity', 'integrity-baseline'),
    'malware-scan': byEngine('antimalware', 'malware-scan'),
    policy: { lane: 'policy', work: hands.fetchPolicy },
    'update-check': {
      lane: 'update',
      work: async () => {
        throw new NotSupported(
          'Rules come with the policy; the agent itself is updated by the system’s package manager.',
        );
      },
    },
  };
}

const describeInventory = ({ packages, services, limits }: HostInventory): string =>
  `${packages.length} packages, ${services.length} listening services${limits.length > 0 ? `; ${limits.join(', ')}` : ''}`;
