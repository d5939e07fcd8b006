import assert from 'node:assert/strict';
import { type HostFacts, Refusal, routes } from '@sakimori/contract';
import { AgentsDoor, type DetectionsListener } from '@sakimori/manager/agents/index';
import { alertsRoom } from '@sakimori/manager/alerts/index';
import { auditRoutes } from '@sakimori/manager/audit/index';
import { forgetHosts } from '@sakimori/manager/configuration/index';
import { detectionsRoom } from '@sakimori/manager/detections/index';
import { Authority, type ContainmentGate, hostsRoom, SightingWriter } from '@sakimori/manager/hosts/index';
import type { InventoryListener } from '@sakimori/manager/inventory/index';
import { livenessRoom, recoverHost } from '@sakimori/manager/liveness/index';
import { maintenanceRoom } from '@sakimori/manager/maintenance/index';
import { noticesRoom } from '@sakimori/manager/notices/index';
import { type Room, sql } from '@sakimori/manager/platform/index';
import { defaultTarget, policiesRoom } from '@sakimori/manager/policies/index';
import { startTestPlatform, type TestPlatform } from './platform.ts';
import { actorOf, type DirectService, openDirectService } from './service.ts';
import { SimulatedAgent, sampleFacts } from './simulated-agent.ts';

/** The agents' door with all rooms behind it, on a real database, and the rooms' routes. No jobs and no ticks run: tests make time pass. */
export type TestDoor = {
  readonly platform: TestPlatform;
  readonly authority: Authority;
  readonly sightings: SightingWriter;
  readonly agentsDoor: AgentsDoor;
  readonly service: DirectService;
  /** `host:port` */
  readonly address: string;
  readonly liveness: ReturnType<typeof livenessRoom>;
  makeAccount(name: string): Promise<string>;
  issueToken(accountId: string, validHours?: number): Promise<{ id: string; token: string }>;
  /** A host whose clock is the platform's. */
  enrolAgent(accountId: string, facts?: Partial<HostFacts>): Promise<SimulatedAgent>;
  /** An account of its own with one host. */
  makeHost(accountName: string): Promise<{ accountId: string; hostId: string }>;
  stop(): Promise<void>;
};

export type TestDoorOptions = {
  readonly onInventory?: InventoryListener;
  readonly onDetections?: (platform: TestPlatform) => DetectionsListener;
  /** Further rooms whose routes are asked. */
  readonly rooms?: (platform: TestPlatform) => Room[];
  /** Settings that differ from their defaults. */
  readonly env?: Record<string, string>;
  /** Asked before hosts are isolated, stopped or released. */
  readonly gate?: ContainmentGate;
  /** Puts something between the rooms and their platform. */
  readonly prepare?: (platform: TestPlatform) => Promise<TestPlatform>;
};

/** The clock stands at the machine's own time at first: agents hold the door's certificate against theirs. */
export async function startTestDoor(options: TestDoorOptions = {}): Promise<TestDoor> {
  const made = await startTestPlatform(new Date().toISOString(), options.env);
  const platform = (await options.prepare?.(made)) ?? made;
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const sightings = new SightingWriter(platform, (host) => recoverHost(platform, host));
  const agentsDoor = new AgentsDoor(platform, authority, sightings, {
    ...(options.onInventory ? { onInventory: options.onInventory } : {}),
    ...(options.onDetections ? { onDetections: options.onDetections(platform) } : {}),
  });
  const address = `127.0.0.1:${await agentsDoor.open('127.0.0.1', 0, ['127.0.0.1'])}`;
  const liveness = livenessRoom(platform, sightings);
  const service = openDirectService(platform, [
    { name: 'audit', routes: auditRoutes(platform) },
    hostsRoom(platform, authority, {
      ...{ agents: () => address, onRetired: forgetHosts },
      ...(options.gate ? { gate: options.gate } : {}),
    }),
    policiesRoom(platform),
    maintenanceRoom(platform),
    noticesRoom(platform, { publicUrl: () => 'http://127.0.0.1' }),
    alertsRoom(platform),
    detectionsRoom(platform),
    liveness,
    ...(options.rooms?.(platform) ?? []),
  ]);
  const issueToken = (accountId: string, validHours = 72) =>
    service.as(actorOf('operator'))(routes.createEnrolmentToken, { params: { accountId }, body: { validHours } });
  const makeAccount: TestDoor['makeAccount'] = async (name) => {
    const accountId = await platform.makeAccount(name);
    await platform.database.asProvider((tx) => defaultTarget(tx, platform, accountId));
    return accountId;
  };
  const enrolAgent: TestDoor['enrolAgent'] = async (accountId, facts = {}) => {
    const agent = await SimulatedAgent.enrol((await issueToken(accountId)).token, sampleFacts(facts));
    agent.clock = platform.clock;
    return agent;
  };
  return {
    platform,
    authority,
    sightings,
    agentsDoor,
    service,
    address,
    liveness,
    makeAccount,
    issueToken,
    enrolAgent,
    async makeHost(accountName) {
      const accountId = await makeAccount(accountName);
      return { accountId, hostId: (await enrolAgent(accountId)).hostId };
    },
    async stop() {
      await agentsDoor.close();
      await service.stop();
      await platform.stop();
    },
  };
}

/** Counts rows of a table as the provider. */
export async function countRows(platform: TestPlatform, table: string, accountId: string): Promise<number> {
  const { count } = await platform.database.asProvider((tx) =>
    tx.one(sql<{ count: number }>`select count(*) from ${sql.table(table)} where tenant_id = ${accountId}`),
  );
  return count;
}

/** Holds when the work is refused for this reason. */
export async function refusedWith(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error) => error instanceof Refusal && error.code === code);
}
