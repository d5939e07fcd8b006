import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  agentPaths,
  batchBytesMax,
  CertificateRequest,
  EnrolRequest,
  EstimateDraftRequest,
  EstimateReport,
  FetchPiece,
  FetchWishRequest,
  fetchPieceBytes,
  Goodbye,
  Heartbeat,
  type HeartbeatReceived,
  HostInventory,
  type PreflightRecord,
  QuarantineReport,
  Refusal,
  TaskResults,
} from '@sakimori/contract';
import { beginFetch, readLists, recordQuarantine, takePiece } from '../antimalware/index.ts';
import { providerTenant } from '../audit/index.ts';
import { activateHost, followInventory } from '../automation/index.ts';
import {
  type Authority,
  enrolHost,
  type OnEnrol,
  recordTaskResults,
  renewCertificate,
  type SightingWriter,
} from '../hosts/index.ts';
import { type InventoryListener, recordInventory } from '../inventory/index.ts';
import { newRequestId, type Platform, Turns, type Tx, toProblem, toRefusal } from '../platform/index.ts';
import { defaultTarget, estimateDraft, recordEstimate } from '../policies/index.ts';
import { tablesAnnounced, WebTables } from '../webfeeds/index.ts';
import { type DetectionsListener, takeBatch } from './batch.ts';
import { readAs, readJson } from './body.ts';
import { ClockWatch } from './clock-watch.ts';
import { Heartbeats } from './heartbeats.ts';
import { type AgentIdentity, Identities } from './identity.ts';
import { ListVersions } from './list-versions.ts';
import { OpenTasks } from './open-tasks.ts';
import { PolicyCache } from './policy-cache.ts';
import { SoftwareDoor, type SoftwareSource } from './software.ts';
import { sendWebTable } from './web-table.ts';

/** Batches in work at once; more are asked to come back, so that a flood waits on the hosts' disks and not in our memory. */
const batchesMax = 64;
/** Likewise inventories, each of which costs the event loop some milliseconds. */
const inventoriesMax = 32;
/** What changes an account waits for whoever else changes it; so many of its hosts do at once, and the others not yet. */
const ofAccountAtOnceMax = 4;
/** Hosts that enrol at once, and that wait for it: until then nobody knows of which account they are. */
const [enrolmentsAtOnceMax, enrolmentsWaitingMax] = [8, 2000];

type Handler = (request: IncomingMessage, response: ServerResponse, identity: AgentIdentity) => Promise<void>;

type PreflightHost = { readonly accountId: string; readonly hostId: string };

export type DoorListeners = {
  /** Hears of every inventory in the transaction that keeps it. */
  readonly onInventory?: InventoryListener;
  /** Hears of detections once they are stored for good. */
  readonly onDetections?: DetectionsListener;
  /** Hears what a host that is let in found of itself, in the transaction that lets it in. */
  readonly onPreflight?: (tx: Tx, host: PreflightHost, preflight: PreflightRecord) => Promise<void>;
  /** Asked before a host is let in. */
  readonly checkActivation?: OnEnrol['checkActivation'];
  /** Shared with whoever else reads them; absent: the door’s own. */
  readonly webTables?: WebTables;
  /** Packages of the agent; absent: there are none to be had. */
  readonly software?: SoftwareSource;
};

/** The agents' door (contract `agent-protocol.ts`): HTTPS with mutual TLS by our own authority. */
export class AgentsDoor {
  readonly #platform: Platform;
  readonly #authority: Authority;
  readonly #heartbeats: Heartbeats;
  readonly #identities: Identities;
  readonly #policies: PolicyCache;
  readonly #clocks: ClockWatch;
  readonly #sightings: SightingWriter;
  readonly #tasks: OpenTasks;
  readonly #lists: ListVersions;
  readonly #webTables: WebTables;
  readonly #onInventory: InventoryListener;
  readonly #onDetections: DetectionsListener | undefined;
  readonly #onPreflight: DoorListeners['onPreflight'];
  readonly #checkActivation: OnEnrol['checkActivation'];
  readonly #software: SoftwareDoor;
  readonly #changes = new Turns(ofAccountAtOnceMax, inventoriesMax);
  readonly #enrolments = new Turns(enrolmentsAtOnceMax, enrolmentsWaitingMax);
  #server: Server | undefined;
  #batches = 0;
  #inventories = 0;

  constructor(platform: Platform, authority: Authority, sightings: SightingWriter, listeners: DoorListeners = {}) {
    this.#platform = platform;
    this.#authority = authority;
    this.#sightings = sightings;
    const follow = followInventory(platform);
    this.#onPreflight = listeners.onPreflight;
    this.#checkActivation = listeners.checkActivation;
    this.#onDetections = listeners.onDetections;
    this.#onInventory = async (...heard) => {
      await follow(...heard);
      await listeners.onInventory?.(...heard);
    };
    this.#heartbeats = new Heartbeats(platform, sightings);
    this.#identities = new Identities(platform, authority, (hostIds) => this.#heartbeats.endEach(hostIds, 'policy'));
    // To an agent a task is no reason of its own: one that is older than tasks must understand the end as well.
    this.#tasks = new OpenTasks(platform, (hostIds) => this.#heartbeats.endEach(hostIds, 'interval'));
    this.#lists = new ListVersions(platform, (accountId) => this.#heartbeats.endAccount(accountId));
    this.#webTables = listeners.webTables ?? new WebTables(platform);
    this.#software = new SoftwareDoor(listeners.software);
    this.#policies = new PolicyCache(platform);
    this.#clocks = new ClockWatch(platform);
    platform.live.subscribe((event) => {
      const tableOf = tablesAnnounced(event);
      // The shared one is nothing that ten thousand hosts should ask for in the same second.
      if (tableOf !== undefined && tableOf !== providerTenant) this.#heartbeats.endAccount(tableOf);
      if (!('topic' in event) || event.topic !== 'policy' || !event.id) return;
      this.#policies.forget(event.id);
      this.#heartbeats.push(event.id);
    });
    // Announcements were missed: everybody asks anew.
    platform.live.onGap(() => {
      this.#policies.clear();
      this.#heartbeats.renew();
    });
  }

  /** Agents that hold an open heartbeat here. */
  get connectedCount(): number {
    return this.#heartbeats.count;
  }

  async open(host: string, port: number, names: readonly string[]): Promise<number> {
    await this.#tasks.load();
    const { pem, key } = await this.#authority.issueServer(names);
    const server = createServer({
      key,
      cert: pem,
      ca: this.#authority.pem,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      keepAliveTimeout: 75_000,
      handshakeTimeout: 20_000,
      headersTimeout: 20_000,
      requestTimeout: 60_000,
      maxHeaderSize: 8192,
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response));
    server.on('tlsClientError', (error) =>
      this.#platform.log.debug({ err: error.message }, 'a TLS handshake at the agents’ door failed'),
    );
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, 4096, resolve));
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#heartbeats.stop();
    const server = this.#server;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
    await closed;
    await this.#sightings.flush().catch(() => undefined);
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    [`POST ${agentPaths.heartbeat}`]: (request, response, identity) => this.#heartbeat(request, response, identity),
    [`GET ${agentPaths.policy}`]: (request, response, identity) => this.#policy(request, response, identity),
    [`POST ${agentPaths.detections}`]: (request, response, identity) => this.#detections(request, response, identity),
    [`POST ${agentPaths.inventory}`]: (request, response, identity) => this.#inventory(request, response, identity),
    [`POST ${agentPaths.taskResults}`]: async (request, response, identity) => {
      await recordTaskResults(this.#platform, identity, (await readAs(request, TaskResults)).results);
      response.writeHead(204).end();
    },
    [`POST ${agentPaths.estimateDraft}`]: async (request, response, identity) => {
      const { estimateId } = await readAs(request, EstimateDraftRequest);
      sendJson(response, JSON.stringify(await estimateDraft(this.#platform, identity, estimateId)));
    },
    [`POST ${agentPaths.estimateReport}`]: async (request, response, identity) => {
      await recordEstimate(this.#platform, identity, await readAs(request, EstimateReport));
      response.writeHead(204).end();
    },
    [`POST ${agentPaths.quarantine}`]: async (request, response, identity) => {
      await recordQuarantine(this.#platform, identity, await readAs(request, QuarantineReport, batchBytesMax));
      response.writeHead(204).end();
    },
    [`POST ${agentPaths.quarantineWish}`]: async (request, response, identity) => {
      const { fetchId } = await readAs(request, FetchWishRequest);
      sendJson(response, JSON.stringify(await beginFetch(this.#platform, identity, fetchId)));
    },
    [`POST ${agentPaths.quarantinePiece}`]: async (request, response, identity) => {
      await takePiece(this.#platform, identity, await readAs(request, FetchPiece, 2 * fetchPieceBytes));
      response.writeHead(204).end();
    },
    [`GET ${agentPaths.malwareLists}`]: async (_request, response, identity) => {
      sendJson(response, JSON.stringify(await readLists(this.#platform, identity.accountId)));
    },
    [`GET ${agentPaths.webTable}`]: (request, response, identity) =>
      sendWebTable(this.#webTables, request, response, identity),
    [`GET ${agentPaths.software}`]: (request, response) => this.#software.send(request, response),
    [`POST ${agentPaths.goodbye}`]: async (request, response, identity) => {
      await this.#heartbeats.goodbye(identity, await readAs(request, Goodbye));
      response.writeHead(204).end();
    },
    [`POST ${agentPaths.certificate}`]: (request, response, identity) => this.#certificate(request, response, identity),
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId();
    try {
      const path = (request.url ?? '/').split('?')[0]!;
      if (path === agentPaths.enrol && request.method === 'POST') return await this.#enrol(request, response);
      if (!Object.values<string>(agentPaths).includes(path)) throw new Refusal('not_found', { what: 'address' });
      const handler = this.#handlers[`${request.method} ${path}`];
      if (!handler) throw new Refusal('method_not_allowed', { method: request.method ?? '' });
      await handler(request, response, await this.#identities.of(request.socket as TLSSocket));
    } catch (error) {
      this.#refuse(response, error, requestId);
      request.resume();
    }
  }

  #refuse(response: ServerResponse, error: unknown, requestId: string): void {
    // The peer broke off in the middle: nobody is left to hear an answer.
    if (response.destroyed) return;
    const refusal = toRefusal(error, requestId);
    if (refusal.code === 'internal')
      this.#platform.log.error(
        { requestId, err: { message: String(refusal.cause), stack: (refusal.cause as Error | undefined)?.stack } },
        'a request at the agents’ door failed',
      );
    if (response.headersSent) return void response.destroy();
    const { retrySeconds } = refusal.facts;
    const retry = retrySeconds === undefined ? {} : { 'retry-after': String(retrySeconds) };
    response
      .writeHead(refusal.status, { 'content-type': 'application/problem+json', ...retry })
      .end(JSON.stringify(toProblem(refusal, 'en', requestId)));
  }

  async #enrol(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAs(request, EnrolRequest);
    const onEnrol: OnEnrol = {
      checkActivation: this.#checkActivation,
      policyFor: (tx, accountId) => defaultTarget(tx, this.#platform, accountId),
      enrolled: async (tx, { purpose, preflight, ...host }) => {
        const told = { policyId: purpose.policy?.number, groupId: purpose.group?.number };
        await activateHost(tx, this.#platform, { ...host, ...told });
        if (preflight) await this.#onPreflight?.(tx, host, preflight);
      },
    };
    const reply = await this.#enrolments.run('', () => enrolHost(this.#platform, this.#authority, body, onEnrol));
    sendJson(response, JSON.stringify(reply));
  }

  async #heartbeat(request: IncomingMessage, response: ServerResponse, identity: AgentIdentity): Promise<void> {
    const heartbeat = await readAs(request, Heartbeat);
    const assigned = this.#policies.headOf(identity);
    const { version, heartbeatSeconds } = await assigned;
    const lists = this.#lists.of(identity.accountId);
    const malwareLists = await lists;
    const webTables = await this.#webTables.announced(identity.accountId, this.#heartbeats.count);
    const news = this.#tasks.newsOf(identity.hostId);
    const tasks = news ? await this.#tasks.take(identity.hostId) : [];
    const clockOffsetMs = this.#heartbeats.receive(identity, heartbeat);
    const received: HeartbeatReceived = {
      managerTime: this.#platform.clock.now().toISOString(),
      policyId: identity.policyId,
      policyVersion: version,
      malwareLists,
      webTables,
      ...(tasks.length > 0 ? { tasks } : {}),
    };
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${JSON.stringify(received)}\n`);
    this.#heartbeats.hold(identity, response, heartbeatSeconds * 1000);
    // Something may have been announced between the look-up and the hold; it found nobody here then.
    const newer = this.#tasks.newsOf(identity.hostId);
    if (this.#policies.headOf(identity) !== assigned || !this.#identities.isCurrent(identity))
      this.#heartbeats.end(identity.hostId, 'policy');
    else if ((newer && newer !== news) || this.#lists.of(identity.accountId) !== lists)
      this.#heartbeats.end(identity.hostId, 'interval');
    await this.#clocks.heard(identity, clockOffsetMs);
  }

  async #policy(request: IncomingMessage, response: ServerResponse, identity: AgentIdentity): Promise<void> {
    const text = await this.#policies.textOf(identity);
    const takesZstd = String(request.headers['accept-encoding'] ?? '')
      .split(',')
      .some((coding) => coding.trim() === 'zstd');
    const bytes = takesZstd ? await text.compressed() : text.plain;
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'content-length': bytes.length,
        ...(takesZstd ? { 'content-encoding': 'zstd' } : {}),
      })
      .end(bytes);
  }

  async #inventory(request: IncomingMessage, response: ServerResponse, identity: AgentIdentity): Promise<void> {
    if (this.#inventories >= inventoriesMax) throw new Refusal('unavailable', { retrySeconds: 2 });
    this.#inventories += 1;
    try {
      const inventory = await readAs(request, HostInventory, batchBytesMax);
      await this.#changes.run(identity.accountId, () =>
        recordInventory(this.#platform, identity, inventory, this.#onInventory),
      );
      response.writeHead(204).end();
    } finally {
      this.#inventories -= 1;
    }
  }

  async #detections(request: IncomingMessage, response: ServerResponse, identity: AgentIdentity): Promise<void> {
    if (this.#batches >= batchesMax) throw new Refusal('unavailable', { retrySeconds: 1 });
    this.#batches += 1;
    try {
      sendJson(
        response,
        JSON.stringify(await takeBatch(this.#platform, identity, await readJson(request), this.#onDetections)),
      );
    } finally {
      this.#batches -= 1;
    }
  }

  async #certificate(request: IncomingMessage, response: ServerResponse, identity: AgentIdentity): Promise<void> {
    const { certificateRequest } = await readAs(request, CertificateRequest);
    const certificate = await renewCertificate(this.#platform, this.#authority, identity, certificateRequest);
    sendJson(response, JSON.stringify({ certificate }));
  }
}

function sendJson(response: ServerResponse, json: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(json);
}
