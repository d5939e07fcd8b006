import type { HostInventory } from '@sakimori/contract/host-inventory';
import type { HostTaskFacts, HostTaskKind } from '@sakimori/contract/host-task';
import type { Module } from '@sakimori/contract/module';
import type { Clock } from './clock.ts';
import { listConnections } from './connections.ts';
import { carryOutEstimate } from './estimates.ts';
import type { Engines } from './policy.ts';
import { sendCopy } from './quarantine-copies.ts';
import { NotSupported, type TaskLane } from './tasks.ts';
import type { Transport } from './transport.ts';

export type TaskHands = {
  readonly clock: Clock;
  readonly engines: Engines;
  readonly transport: () => Transport;
  /** Tells the manager at once how the modules fare. */
  readonly tellState: () => void;
  /** Takes the inventory and sends it. */
  readonly reportInventory: () => Promise<HostInventory>;
  /** Fetches the assigned policy and puts it in force. @returns a sentence for a person. @throws Error when it cannot be carried out */
  readonly fetchPolicy: () => Promise<string>;
  /** Powers the host off (S74). @returns a sentence for a person */
  readonly powerOff: (facts: HostTaskFacts) => Promise<string>;
  /** Has the agent exchanged for another build (S59). @returns a sentence for a person */
  readonly upgrade: (facts: HostTaskFacts) => Promise<string>;
  /** The manager hears at once how the modules fare now. */
  readonly renewHeartbeat: () => void;
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
  /** What changes the state of the module. */
  const told = ({ lane, work }: TaskLane): TaskLane => ({
    lane,
    work: async (facts) => {
      const detail = await work(facts);
      hands.renewHeartbeat();
      return detail;
    },
  });
  return {
    'recommendation-scan': inventory,
    'open-ports-scan': inventory,
    'integrity-scan': byEngine('integrity', 'integrity-scan'),
    // Whoever asked for it wants to see its version.
    'integrity-baseline': andTell(byEngine('integrity', 'integrity-baseline'), hands.tellState),
    // A lane of its own: whoever waits for it should not wait for a scan.
    'integrity-estimate': {
      lane: 'estimate',
      work: (facts) => carryOutEstimate({ ...hands, engine: hands.engines.integrity }, facts),
    },
    isolate: told(byEngine('firewall', 'isolate')),
    release: told(byEngine('firewall', 'release')),
    // It may take hours: whoever looks sees how far it is.
    'malware-scan': withNews({ ...byEngine('antimalware', 'malware-scan'), lane: 'malware-scan' }, hands),
    'malware-scan-cancel': { ...byEngine('antimalware', 'malware-scan-cancel'), lane: 'malware-scan-cancel' },
    'quarantine-restore': byEngine('antimalware', 'quarantine-restore'),
    'quarantine-delete': byEngine('antimalware', 'quarantine-delete'),
    'quarantine-fetch': {
      lane: 'quarantine-fetch',
      work: (facts) => sendCopy({ ...hands, engine: hands.engines.antimalware }, facts),
    },
    'stop-host': { lane: 'power', work: hands.powerOff },
    'block-source': told(byEngine('firewall', 'block-source')),
    'unblock-source': told(byEngine('firewall', 'unblock-source')),
    'list-connections': { lane: 'connections', work: () => listConnections() },
    'agent-upgrade': { lane: 'upgrade', work: hands.upgrade },
    policy: { lane: 'policy', work: hands.fetchPolicy },
    'update-check': {
      lane: 'update',
      work: async () => {
        throw new NotSupported('Rules come with the policy; the agent itself is exchanged by a plan of the manager.');
      },
    },
  };
}

const newsEveryMs = 5000;

function withNews({ lane, work }: TaskLane, { clock, tellState }: TaskHands): TaskLane {
  return {
    lane,
    work: async (facts) => {
      let cancel = () => {};
      const tell = () => {
        tellState();
        cancel = clock.after(newsEveryMs, tell);
      };
      cancel = clock.after(newsEveryMs / 10, tell);
      try {
        return await work(facts);
      } finally {
        cancel();
        tellState();
      }
    },
  };
}

const andTell = ({ lane, work }: TaskLane, tell: () => void): TaskLane => ({
  lane,
  work: async (facts) => {
    const detail = await work(facts);
    tell();
    return detail;
  },
});

const describeInventory = ({ packages, services, limits }: HostInventory): string =>
  `${packages.length} packages, ${services.length} listening services${limits.length > 0 ? `; ${limits.join(', ')}` : ''}`;
