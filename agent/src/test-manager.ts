import 'reflect-metadata';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as x509 from '@peculiar/x509';
import {
  agentPaths,
  DetectionBatch,
  EnrolRequest,
  Goodbye,
  Heartbeat,
  InventoryReport,
  TaskResults,
} from '@sakimori/contract/agent-protocol';
import type { Detection } from '@sakimori/contract/detection';
import type { HostInventory } from '@sakimori/contract/host-inventory';
import type { HostTaskResult, ReceivedTask } from '@sakimori/contract/host-task';
import type { AssignedPolicy, PolicyDocument } from '@sakimori/contract/policy';
import type { PreflightRecord } from '@sakimori/contract/preflight';

type KeyPair = Awaited<ReturnType<typeof crypto.subtle.generateKey>> & { privateKey: CryptoKey; publicKey: CryptoKey };

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const pemOf = (certificate: x509.X509Certificate) => `${certificate.toString('pem')}\n`;
const dayMs = 86_400_000;

/** An authority of the test's own: makes the certificates of a door and of agents, with whatever lifetime the test wants. */
export class TestAuthority {
  readonly certificate: x509.X509Certificate;
  readonly #keys: KeyPair;

  private constructor(certificate: x509.X509Certificate, keys: KeyPair) {
    this.certificate = certificate;
    this.#keys = keys;
  }

  static async make(): Promise<TestAuthority> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ name: 'CN=Test authority', keys, signingAlgorithm: signing, serialNumber: '01' },
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + 365 * dayMs),
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    return new TestAuthority(certificate, keys);
  }

  get pem(): string {
    return pemOf(this.certificate);
  }

  get fingerprint(): string {
    return createHash('sha256').update(Buffer.from(this.certificate.rawData)).digest('hex');
  }

  async issue(
    publicKey: CryptoKey,
    subject: string,
    usage: 'client' | 'server',
    valid: { fromMs: number; untilMs: number },
    address = '127.0.0.1',
  ): Promise<string> {
    const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ subject, issuer: this.certificate.subject, publicKey, signingAlgorithm: signing },
      signingKey: this.#keys.privateKey,
      serialNumber: randomUUID().replaceAll('-', '').replace(/^./, '4'),
      notBefore: new Date(valid.fromMs),
      notAfter: new Date(valid.untilMs),
      extensions: [
        new x509.ExtendedKeyUsageExtension([usage === 'client' ? clientAuth : serverAuth], true),
        ...(usage === 'server' ? [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: address }])] : []),
      ],
    });
    return pemOf(certificate);
  }

  /** Key and certificate chain of a door at this address. */
  async issueDoor(
    valid?: { fromMs: number; untilMs: number },
    address?: string,
    usage: 'client' | 'server' = 'server',
  ) {
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const always = { fromMs: Date.now() - dayMs, untilMs: Date.now() + 365 * dayMs };
    const certificate = await this.issue(keys.publicKey, 'CN=door', usage, valid ?? always, address);
    const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    return { cert: certificate + this.pem, key: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n` };
  }
}

export const offPolicy: PolicyDocument = {
  heartbeatSeconds: 60,
  modules: {
    antimalware: { state: 'off' },
    webreputation: { state: 'off' },
    firewall: { state: 'off' },
    intrusion: { state: 'off' },
    integrity: { state: 'off', realTime: true, scanEverySeconds: 86_400, hashBytesMax: 1_000_000, rules: [] },
    loginspection: { state: 'off', sources: [], recordLevel: 3, decoderFiles: [], ruleFiles: [] },
  },
};

type Answer = { status: number; code: string };
type Held = { response: ServerResponse; heartbeat: Heartbeat };

/**
 * The agents' door as the protocol describes it, in small: real HTTPS with real mutual TLS, an authority of its own, detections kept in memory by
 * their ids. For tests of the agent alone.
 */
export class TestManager {
  readonly authority: TestAuthority;
  readonly accountId = randomUUID();
  readonly hostId = randomUUID();
  readonly detections = new Map<string, Detection>();
  readonly heartbeats: Heartbeat[] = [];
  readonly goodbyes: Goodbye[] = [];
  readonly inventories: HostInventory[] = [];
  readonly taskResults: HostTaskResult[] = [];
  /** What each host that enrolled had found of itself. */
  readonly preflights: (PreflightRecord | undefined)[] = [];
  /** What comes with every heartbeat. */
  tasks: ReceivedTask[] = [];
  /** Sizes of the batches that came, in detections. */
  readonly batches: number[] = [];
  /** Heartbeat connections that ended without our doing. */
  brokenHolds = 0;
  duplicates = 0;
  secretsSeen = 0;
  policyFetches = 0;
  /** TLS connections that were made. */
  connections = 0;
  policy: AssignedPolicy | Record<string, unknown>;
  clientLife = { fromMs: Date.now() - 1000, untilMs: Date.now() + 30 * dayMs };
  clockShiftMs = 0;
  /** Answers a request in place of the door, when it gives one. */
  refuse: (path: string, body: unknown) => Answer | undefined = () => undefined;
  refuseDetection: (detection: Detection) => string | undefined = () => undefined;
  #server: Server | undefined;
  #port = 0;
  #held: Held | undefined;

  private constructor(authority: TestAuthority) {
    this.authority = authority;
    this.policy = { policyId: randomUUID(), version: 1, document: offPolicy };
  }

  static async start(): Promise<TestManager> {
    const manager = new TestManager(await TestAuthority.make());
    await manager.open();
    return manager;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get token(): string {
    return this.tokenWith({});
  }

  tokenWith(other: { ca?: string; agents?: string }): string {
    const content = { agents: this.address, ca: this.authority.fingerprint, secret: 's'.repeat(32), ...other };
    return Buffer.from(JSON.stringify(content)).toString('base64url');
  }

  /** Opens the door, at the same port as before. */
  async open(door?: { cert: string; key: string }): Promise<void> {
    const { cert, key } = door ?? (await this.authority.issueDoor());
    const server = createServer({
      ...{ cert, key, ca: this.authority.pem, requestCert: true, rejectUnauthorized: false },
    });
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('secureConnection', () => {
      this.connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Goes away without a word. */
  async close(): Promise<void> {
    this.#held = undefined;
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** Assigns a policy and wakes the agent. */
  assign(policy: AssignedPolicy | Record<string, unknown>): void {
    this.policy = policy;
    this.#endHold('policy');
  }

  /** Asks the agent to do these, with every heartbeat from now on. */
  ask(...tasks: ReceivedTask[]): void {
    this.tasks = tasks;
    this.#endHold('interval');
  }

  #endHold(reason: string): void {
    const held = this.#held;
    this.#held = undefined;
    held?.response.end(`${JSON.stringify({ reason })}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = request.url ?? '';
      const body = await readBody(request);
      const refusal = this.refuse(path, body) ?? this.#refuseStranger(request, path);
      if (refusal) return problem(response, refusal);
      await this.#handle(path, body, request, response);
    } catch (error) {
      problem(response, { status: 400, code: `malformed: ${error}` });
    }
  }

  #refuseStranger(request: IncomingMessage, path: string): Answer | undefined {
    if (path === agentPaths.enrol) return undefined;
    const socket = request.socket as TLSSocket;
    return socket.authorized ? undefined : { status: 401, code: 'certificate_missing' };
  }

  async #handle(path: string, body: unknown, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (value: unknown) => response.writeHead(200).end(JSON.stringify(value));
    switch (path) {
      case agentPaths.enrol: {
        this.secretsSeen += 1;
        const asked = EnrolRequest.parse(body);
        this.preflights.push(asked.preflight);
        const certificate = await this.#sign(asked.certificateRequest);
        send({ hostId: this.hostId, accountId: this.accountId, certificate, ca: this.authority.pem });
        return;
      }
      case agentPaths.heartbeat:
        return this.#hold(Heartbeat.parse(body), response);
      case agentPaths.policy:
        this.policyFetches += 1;
        if (request.headers['accept-encoding'] !== 'zstd') return void send(this.policy);
        response.writeHead(200, { 'content-encoding': 'zstd' }).end(zstdCompressSync(JSON.stringify(this.policy)));
        return;
      case agentPaths.detections:
        return void send(this.#store(DetectionBatch.parse(body).detections));
      case agentPaths.inventory:
        this.inventories.push(InventoryReport.parse(body));
        return void response.writeHead(204).end();
      case agentPaths.taskResults:
        this.taskResults.push(...TaskResults.parse(body).results);
        return void response.writeHead(204).end();
      case agentPaths.goodbye:
        this.goodbyes.push(Goodbye.parse(body));
        return void response.writeHead(204).end();
      case agentPaths.certificate:
        return void send({
          certificate: await this.#sign((body as { certificateRequest: string }).certificateRequest),
        });
      default:
        return problem(response, { status: 404, code: 'not_found' });
    }
  }

  #hold(heartbeat: Heartbeat, response: ServerResponse): void {
    this.#endHold('interval');
    this.heartbeats.push(heartbeat);
    const { policyId, version: policyVersion } = this.policy as AssignedPolicy;
    const managerTime = new Date(Date.now() + this.clockShiftMs).toISOString();
    response.writeHead(200).write(`${JSON.stringify({ managerTime, policyId, policyVersion, tasks: this.tasks })}\n`);
    const held = { response, heartbeat };
    this.#held = held;
    response.once('close', () => {
      if (this.#held === held && this.#server) this.brokenHolds += 1;
    });
  }

  #store(detections: readonly Detection[]) {
    this.batches.push(detections.length);
    const refused: { id: string; code: string; detail: string }[] = [];
    let duplicate = 0;
    for (const detection of detections) {
      const detail = this.refuseDetection(detection);
      if (detail) refused.push({ id: detection.id, code: 'malformed', detail });
      else if (this.detections.has(detection.id)) duplicate += 1;
      else this.detections.set(detection.id, detection);
    }
    this.duplicates += duplicate;
    return { stored: detections.length - refused.length - duplicate, duplicate, refused };
  }

  async #sign(pem: string): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(pem);
    if (!(await request.verify())) throw new Error('the request is not signed by its key');
    const subject = `CN=${this.hostId}`;
    return this.authority.issue(await request.publicKey.export(), subject, 'client', this.clientLife);
  }

  kinds(): string[] {
    return [...this.detections.values()].map(({ kind }) => kind);
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const plain = request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(bytes) : bytes;
  return plain.length === 0 ? undefined : JSON.parse(plain.toString('utf8'));
}

function problem(response: ServerResponse, { status, code }: Answer): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ code, detail: code }));
}

/** When this certificate ends, ms since 1970. */
export const expiryMsOf = (pem: string): number => new X509Certificate(pem).validToDate.getTime();

/** Waits until the condition holds. @throws Error naming what was awaited */
export async function until(what: string, holds: () => boolean, timeoutMs = 15_000): Promise<void> {
  for (const endMs = Date.now() + timeoutMs; !holds(); ) {
    if (Date.now() > endMs) throw new Error(`after ${timeoutMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
