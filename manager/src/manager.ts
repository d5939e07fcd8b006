import type { FastifyInstance } from 'fastify';
import { createAuthenticate, ensureFirstAdmin } from './access/index.ts';
import { AgentsDoor } from './agents/index.ts';
import { definitionsOf } from './alerts/index.ts';
import { buildApp } from './app.ts';
import { Proposer } from './containment/index.ts';
import { checkActivation } from './customers/index.ts';
import { type DeploymentParts, Software } from './deployment/index.ts';
import { Editions } from './editions/index.ts';
import { Authority, SightingWriter } from './hosts/index.ts';
import { draftRebootNotice } from './installation/index.ts';
import { recoverHost } from './liveness/index.ts';
import { startCatcher } from './notices/index.ts';
import {
  type Clock,
  type Config,
  ConfigFault,
  createLog,
  Database,
  freePort,
  Live,
  type Log,
  migrate,
  type Platform,
  startEmbeddedPostgres,
  startJobs,
  startTicks,
  systemClock,
  Vault,
} from './platform/index.ts';
import { applyAutomatically } from './recommendations/index.ts';
import { listRooms } from './room-list.ts';
import { type Receivers, sourcesRoom } from './sources/index.ts';
import { startDeskDoor } from './tickets/index.ts';
import { WebTables } from './webfeeds/index.ts';
import { WorkloadApiDoor } from './workloadapi/index.ts';

/** A running manager: where its doors are, and how to stop it. */
export type Manager = {
  readonly platform: Platform;
  /** Public address of the console, without a slash at the end. */
  readonly consoleUrl: string;
  /** `host:port` of the agents' door. */
  readonly agents: string;
  /** `host:port` of the mail catcher. */
  readonly smtp: string;
  /** `host:port` of the desk’s door for mail, where there is one. */
  readonly desk?: string;
  readonly agentsDoor: AgentsDoor;
  /** `https://host:port` of the Workload Security API. */
  readonly workloadSecurity: string;
  /** Where events of Trend Micro's products come in. */
  readonly intake: Receivers['addresses'];
  /** A one-time sign-in link, as long as the first administrator has no password. */
  readonly firstLink: string | undefined;
  /** Makes happen what is due at once: for a replay, whose clock is moved by hand. */
  readonly runTicks: () => Promise<void>;
  stop(): Promise<void>;
};

export type ManagerOptions = {
  readonly config: Config;
  readonly ephemeral?: boolean;
  readonly clock?: Clock;
  readonly log?: Log;
};

/** Starts everything: database, migrations, rooms, doors. What was started is stopped again when something fails on the way. */
export async function startManager(options: ManagerOptions): Promise<Manager> {
  const { config } = options;
  // Before anything else is started: a broken edition, or definition of an alert, is a fault of the configuration.
  const editions = Editions.read(config);
  definitionsOf({ config });
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { platform, jobsUrl } = await openPlatform(options, undo);
    return await openDoors(platform, editions, jobsUrl, undo, stop);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

type Undo = (() => Promise<unknown>)[];

async function openPlatform(options: ManagerOptions, undo: Undo): Promise<{ platform: Platform; jobsUrl: string }> {
  const { config } = options;
  const log = options.log ?? createLog(config.SAKIMORI_LOG);
  const vault = await Vault.open(config.SAKIMORI_DATA, config.SAKIMORI_SECRET);
  let ownerUrl = config.DATABASE_URL;
  if (!ownerUrl) {
    const server = await startEmbeddedPostgres({
      folder: `${config.SAKIMORI_DATA}/postgresql`,
      vault,
      ephemeral: options.ephemeral ?? false,
    });
    undo.push(() => server.stop());
    ownerUrl = server.url;
  }
  const logins = await migrate(ownerUrl, vault);
  const database = new Database(logins.serveUrl, log, 16);
  undo.push(() => database.close());
  const live = new Live(logins.serveUrl, log);
  undo.push(() => live.stop());
  await live.start();
  return {
    platform: { config, clock: options.clock ?? systemClock, log, database, live, vault },
    jobsUrl: logins.jobsUrl,
  };
}

async function openDoors(
  platform: Platform,
  editions: Editions,
  jobsUrl: string,
  undo: Undo,
  stop: () => Promise<void>,
): Promise<Manager> {
  const { config } = platform;
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const sightings = new SightingWriter(platform, (host) => recoverHost(platform, host));
  const webTables = new WebTables(platform);
  const proposer = new Proposer(platform);
  undo.push(() => proposer.settle());
  const software = new Software(`${config.SAKIMORI_DATA}/software`, platform);
  const agentsDoor = new AgentsDoor(platform, authority, sightings, {
    onInventory: (tx, host) => applyAutomatically(tx, platform, host),
    onDetections: (accountId, detections) => proposer.heard(accountId, detections),
    onPreflight: (tx, host, preflight) => draftRebootNotice(tx, platform, host, preflight),
    checkActivation: (tx, accountId, name) => checkActivation(tx, { platform, editions }, accountId, name),
    webTables,
    software: (architecture, name, build) => software.find(architecture, name, build),
  });
  const deployment: DeploymentParts = {
    ...{ platform, authority, software },
    ...{ agents: () => agents, apiAddress: () => workloadApi.address },
  };
  const workloadApi = new WorkloadApiDoor(platform, authority, { deployment });
  const names = doorNames(config.SAKIMORI_AGENTS_NAMES, config.SAKIMORI_AGENTS_HOST);
  const agentsPort = config.SAKIMORI_AGENTS_PORT === 0 ? await freePort() : config.SAKIMORI_AGENTS_PORT;
  const agents = `${names[0]}:${agentsPort}`;
  const consolePort = config.SAKIMORI_PORT === 0 ? await freePort() : config.SAKIMORI_PORT;
  const consoleUrl = (config.SAKIMORI_URL ?? `http://${config.SAKIMORI_HOST}:${consolePort}`).replace(/\/$/, '');

  const sources = sourcesRoom({ platform, editions });
  const { receivers } = sources;
  const rooms = listRooms(platform, {
    ...{
      editions,
      sources,
      authority,
      sightings,
      workloadApi,
      deployment,
      webTables,
      agents: () => agents,
      publicUrl: () => consoleUrl,
    },
  });
  for (const room of rooms) {
    const end = await room.start?.();
    if (end) undo.push(end);
  }
  await orExplain('SAKIMORI_AGENTS_PORT', agentsPort, () =>
    agentsDoor.open(config.SAKIMORI_AGENTS_HOST, agentsPort, names),
  );
  undo.push(() => agentsDoor.close());
  undo.push(() => receivers.close());
  await receivers.open((given) => authority.issueServer(given));
  await openWorkloadApi(workloadApi, config);
  undo.push(() => workloadApi.close());
  // Before the jobs: letters that waited for a restart must not meet a closed port.
  const catcher = await orExplain('SAKIMORI_SMTP_PORT', config.SAKIMORI_SMTP_PORT, () => startCatcher(platform));
  undo.push(() => catcher.stop());
  const deskDoor = await orExplain('SAKIMORI_DESK_PORT', config.SAKIMORI_DESK_PORT ?? 0, () =>
    startDeskDoor({ platform, editions }),
  );
  if (deskDoor) undo.push(() => deskDoor.stop());
  const [slow, quick] = [true, false].map((isSlow) =>
    rooms.flatMap((room) => (room.jobs ?? []).filter((job) => job.isSlow === isSlow)),
  );
  for (const handlers of [quick!, slow!]) {
    const jobs = await startJobs(jobsUrl, handlers, platform.log, 4);
    undo.push(() => jobs.stop());
  }
  const ticks = startTicks(
    platform,
    rooms.flatMap((room) => room.ticks ?? []),
  );
  undo.push(() => ticks.stop());
  const app: FastifyInstance = await buildApp(platform, rooms, createAuthenticate(platform));
  await orExplain('SAKIMORI_PORT', consolePort, () => app.listen({ host: config.SAKIMORI_HOST, port: consolePort }));
  undo.push(() => app.close());
  const first = await ensureFirstAdmin(platform, { publicUrl: () => consoleUrl });
  return {
    platform,
    consoleUrl,
    agents,
    smtp: `${catcher.host}:${catcher.port}`,
    ...(deskDoor ? { desk: `${deskDoor.host}:${deskDoor.port}` } : {}),
    agentsDoor,
    workloadSecurity: workloadApi.address,
    intake: receivers.addresses,
    firstLink: first?.link,
    runTicks: () => ticks.runAll(),
    stop,
  };
}

const apiPortDefault = 7302;

/** A second system on one machine has the API at another port; where somebody chose the port, one that is in use is a fault. */
async function openWorkloadApi(door: WorkloadApiDoor, config: Config): Promise<void> {
  const names = doorNames(config.SAKIMORI_API_NAMES, config.SAKIMORI_API_HOST);
  const open = (port: number) => door.open(config.SAKIMORI_API_HOST, port, names);
  const chosen = config.SAKIMORI_API_PORT;
  if (chosen === 0) return open(await freePort());
  if (chosen !== undefined) return orExplain('SAKIMORI_API_PORT', chosen, () => open(chosen));
  try {
    await open(apiPortDefault);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await open(await freePort());
  }
}

/** A door that cannot open is a fault of the configuration, and says which setting to change. */
async function orExplain<T>(setting: string, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      throw new ConfigFault([
        `${setting}: port ${port} is in use by another program; choose another, or 0 for a free one`,
      ]);
    if (code === 'EACCES')
      throw new ConfigFault([`${setting}: port ${port} may be opened by root only; choose one above 1023`]);
    if (code === 'EADDRNOTAVAIL')
      throw new ConfigFault([`${setting.replace('_PORT', '_HOST')}: this machine has no such address`]);
    throw error;
  }
}

/** Names on the certificate of a door; the first is what others are told. */
function doorNames(further: string, host: string): string[] {
  const given = further
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const own = host === '0.0.0.0' || host === '::' ? [] : [host];
  return [...new Set([...given, ...own, '127.0.0.1', 'localhost'])];
}
