import {
  type Actor,
  type AssignedPolicy,
  agentPaths,
  type Change,
  type ChangeWish,
  type Module,
  type ModuleStatus,
  modules,
  routes,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { Backends } from '@sakimori/manager/backends/index';
import { advanceChanges, changeParts, changesRoom } from '@sakimori/manager/changes/index';
import { customersRoom, type Desk } from '@sakimori/manager/customers/index';
import { SoftwareUnavailable } from '@sakimori/manager/deployment/index';
import { Editions } from '@sakimori/manager/editions/index';
import { ticketsRoom } from '@sakimori/manager/tickets/index';
import type { UpgradeParts } from '@sakimori/manager/upgrades/index';
import { workRoom } from '@sakimori/manager/work/index';
import { OwnOperations } from '@sakimori/manager/workloadapi/index';
import { startTestDoor, type TestDoor, type TestDoorOptions } from './agents-door.ts';
import type { TestPlatform } from './platform.ts';
import { actorOf } from './service.ts';
import type { SimulatedAgent } from './simulated-agent.ts';

/** Changes of accounts with simulated agents, on real rooms. Ticks run when a test says so. */
export type ChangesDesk = {
  readonly door: TestDoor;
  readonly operations: OwnOperations;
  /** Asks the backend of an account directly, as somebody else would. */
  perform(accountId: string, operationId: string, asking?: Parameters<OwnOperations['perform']>[3]): Promise<ApiObject>;
  ask(accountId: string, wish: ChangeWish, more?: object, actor?: Actor): Promise<Change>;
  approve(id: string, actor?: Actor): Promise<Change>;
  apply(id: string): Promise<Change>;
  /** Asked, approved by a second person and applied. */
  carryOut(accountId: string, wish: ChangeWish, more?: object): Promise<Change>;
  revert(id: string, reason?: string): Promise<Change>;
  show(id: string, actor?: Actor): Promise<Change>;
  /** What the clock and the hosts' word make happen. */
  advance(): Promise<number>;
  /** The agent fetches what is asked of it and says that it keeps to it. */
  keep(agent: SimulatedAgent, states?: Partial<Record<Module, ModuleStatus['state']>>): Promise<AssignedPolicy>;
  audited(accountId: string): Promise<string[]>;
};

export const operator = actorOf('operator');
export const second: Actor = { ...actorOf('operator'), id: '019ab000-0000-7000-8000-00000000beef', name: 'Second' };

/** A manager's own operations, without a listener. */
export const ownOperations = (platform: TestPlatform): OwnOperations =>
  new OwnOperations(platform, { authority: {} as never, deployment: {} as never }, () => 'https://127.0.0.1');

const noSoftware: UpgradeParts['software'] = {
  current: async () => {
    throw new SoftwareUnavailable('This manager does not hold the sources of the agent.');
  },
  read: () => undefined,
};

export async function startChangesDesk(
  options: TestDoorOptions & { readonly software?: UpgradeParts['software'] } = {},
): Promise<ChangesDesk> {
  const { software = noSoftware } = options;
  let parts!: ReturnType<typeof changeParts>;
  let operations!: OwnOperations;
  const door = await startTestDoor({
    ...options,
    rooms: (platform) => {
      const desk: Desk = { platform, editions: Editions.read(platform.config) };
      operations = ownOperations(platform);
      const backends = new Backends(operations);
      parts = changeParts(desk, { backends, software });
      return [
        customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
        workRoom(desk),
        ticketsRoom(desk),
        changesRoom(desk, { backends, software }),
        ...(options.rooms?.(platform) ?? []),
      ];
    },
  });
  const as = (actor: Actor) => door.service.as(actor);
  const desk: ChangesDesk = {
    door,
    operations,
    perform: (accountId, operationId, asking = {}) =>
      operations.perform(accountId, operationId, { actor: actorOf('provider-admin'), reason: 'somebody else' }, asking),
    ask: (accountId, wish, more = {}, actor = operator) =>
      as(actor)(routes.createChange, { params: { accountId }, body: { wish, reason: 'as asked', ...more } }),
    approve: (changeId, actor = second) => as(actor)(routes.approveChange, { params: { changeId }, body: {} }),
    apply: (changeId) => as(operator)(routes.applyChange, { params: { changeId } }),
    async carryOut(accountId, wish, more) {
      const { id } = await desk.ask(accountId, wish, more);
      await desk.approve(id);
      return desk.apply(id);
    },
    revert: (changeId, reason = 'as it was') =>
      as(operator)(routes.revertChange, { params: { changeId }, body: { reason } }),
    show: (changeId, actor = operator) => as(actor)(routes.getChange, { params: { changeId } }),
    advance: () => advanceChanges(parts),
    async keep(agent, states = {}) {
      // A host speaks after what was changed, never in the same instant.
      door.platform.clock.advance(1000);
      const assigned = (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;
      const said = modules.map((module): ModuleStatus => {
        const state = assigned.document.modules[module].state === 'off' ? 'off' : 'active';
        return { module, state: states[module] ?? state, causes: [], figures: {} };
      });
      await agent.heartbeat({ modules: said, policy: { id: assigned.policyId, version: assigned.version } });
      await door.sightings.flush();
      return assigned;
    },
    audited: async (accountId) =>
      (await as(operator)(routes.listAudit, { query: { accountId, limit: 500 } })).items.map(({ action }) => action),
  };
  return desk;
}
