import { X509Certificate } from 'node:crypto';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline';
import { buffer, text } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import {
  agentPaths,
  type BatchReply,
  type Detection,
  type EnrolmentTokenContent,
  type EnrolReply,
  type Goodbye,
  type Heartbeat,
  type HeartbeatEnded,
  type HeartbeatReceived,
  type HostFacts,
} from '@sakimori/contract';
import { newId } from '@sakimori/manager/platform/index';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** What a host keeps of its enrolment. All three are PEM. */
export type AgentKeys = { readonly key: string; readonly certificate: string; readonly ca: string };
export type Answer = {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfter: string | undefined;
};
/** A heartbeat that the manager holds. `ended` is undefined where the connection broke off instead. */
export type HeldHeartbeat = {
  readonly received: HeartbeatReceived;
  readonly ended: Promise<HeartbeatEnded | undefined>;
};

/** A key of its own and the request to certify it. */
export async function makeCertificateRequest(): Promise<{ key: string; certificateRequest: string }> {
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=agent',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`,
    certificateRequest: made.toString('pem'),
  };
}

export const readToken = (token: string): EnrolmentTokenContent =>
  JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as EnrolmentTokenContent;

export const sampleFacts = (overrides: Partial<HostFacts> = {}): HostFacts => ({
  name: 'web-01',
  os: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.1.0-40-amd64',
  architecture: 'x64',
  agentVersion: '0.1.0',
  bootId: 'c0ffee00-0000-4000-8000-000000000001',
  root: true,
  limits: [],
  ...overrides,
});

/** Knocks at the door without a certificate, with the secret of a token. */
export async function enrol(
  door: string,
  secret: string,
  facts = sampleFacts(),
): Promise<{ answer: Answer; key: string }> {
  const { key, certificateRequest } = await makeCertificateRequest();
  const answer = await knock(door, { rejectUnauthorized: false }, 'POST', agentPaths.enrol, {
    secret,
    certificateRequest,
    facts,
  });
  return { answer, key };
}

/** One request on a connection of its own. */
export async function knock(
  door: string,
  tls: RequestOptions & { rejectUnauthorized?: boolean; cert?: string; key?: string; ca?: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 });
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  try {
    return await readAnswer(await send(request(`https://${door}${path}`, { ...tls, agent, method, headers }), bytes));
  } finally {
    agent.destroy();
  }
}

/** A host with a light agent: it speaks the agents' protocol over real mutual TLS and protects nothing. For tests and benches. */
export class SimulatedAgent {
  readonly door: string;
  readonly hostId: string;
  readonly accountId: string;
  readonly runId = newId({ now: () => new Date() });
  readonly startedAt = new Date().toISOString();
  /** The host's clock. */
  clock: { now(): Date } = { now: () => new Date() };
  keys: AgentKeys;
  #agent: Agent;
  #facts: HostFacts;

  constructor(door: string, host: { hostId: string; accountId: string; keys: AgentKeys }, facts = sampleFacts()) {
    this.door = door;
    this.hostId = host.hostId;
    this.accountId = host.accountId;
    this.keys = host.keys;
    this.#facts = facts;
    this.#agent = this.#connectWith(host.keys);
  }

  /** @throws Error with the answer where the door refuses */
  static async enrol(token: string, facts = sampleFacts()): Promise<SimulatedAgent> {
    const { agents, secret } = readToken(token);
    const { answer, key } = await enrol(agents, secret, facts);
    if (answer.status !== 200) throw new Error(`The enrolment was refused: ${JSON.stringify(answer.body)}`);
    const { hostId, accountId, certificate, ca } = answer.body as unknown as EnrolReply;
    return new SimulatedAgent(agents, { hostId, accountId, keys: { key, certificate, ca } }, facts);
  }

  get serial(): string {
    return new X509Certificate(this.keys.certificate).serialNumber.toLowerCase();
  }

  /** From now on connections are made with these. Those that are open stay. */
  use(keys: AgentKeys): void {
    this.keys = keys;
    this.#agent = this.#connectWith(keys);
  }

  async get(path: string): Promise<Answer> {
    return readAnswer(await send(this.#request('GET', path)));
  }

  /** The body as it is. */
  async getBytes(path: string): Promise<{ status: number | undefined; bytes: Buffer }> {
    const response = await send(this.#request('GET', path));
    return { status: response.statusCode, bytes: await buffer(response) };
  }

  /** The body as it goes over the wire, compressed. @throws Error where the answer is another one */
  async getCompressed(path: string): Promise<Buffer> {
    const response = await send(this.#request('GET', path, { 'accept-encoding': 'zstd' }));
    const bytes = await buffer(response);
    if (response.statusCode === 200 && response.headers['content-encoding'] === 'zstd') return bytes;
    throw new Error(`${path} was answered with ${response.statusCode}: ${bytes.toString().slice(0, 500)}`);
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    return readAnswer(await send(this.#request('POST', path, headers), bytes));
  }

  /** Sends a heartbeat and resolves with its first line. @throws Error where it is refused */
  async heartbeat(overrides: Partial<Heartbeat> = {}): Promise<HeldHeartbeat> {
    const response = await send(
      this.#request('POST', agentPaths.heartbeat),
      Buffer.from(JSON.stringify(this.makeHeartbeat(overrides))),
    );
    if (response.statusCode !== 200)
      throw new Error(`The heartbeat was refused: ${JSON.stringify(await readAnswer(response))}`);
    response.on('error', () => undefined);
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    const received = JSON.parse((await lines.next()).value as string) as HeartbeatReceived;
    const ended = lines.next().then(
      ({ value }) => (value === undefined ? undefined : (JSON.parse(value) as HeartbeatEnded)),
      () => undefined,
    );
    return { received, ended };
  }

  makeHeartbeat(overrides: Partial<Heartbeat> = {}): Heartbeat {
    return {
      sentAt: this.clock.now().toISOString(),
      startedAt: this.startedAt,
      runId: this.runId,
      previousRun: { ended: 'first' },
      facts: this.#facts,
      modules: [],
      spool: { pending: 0, dropped: 0 },
      residentBytes: 60_000_000,
      ...overrides,
    };
  }

  makeDetection(overrides: Partial<Detection> = {}): Detection {
    return makeDetection(this, { occurredAt: this.clock.now().toISOString(), ...overrides });
  }

  async sendDetections(detections: readonly unknown[]): Promise<BatchReply> {
    return this.sendPrepared(prepareBatch(detections));
  }

  /** @throws Error where the batch is refused as a whole */
  async sendPrepared(batch: Buffer): Promise<BatchReply> {
    const answer = await this.post(agentPaths.detections, batch, { 'content-encoding': 'zstd' });
    if (answer.status !== 200) throw new Error(`The batch was refused: ${JSON.stringify(answer)}`);
    return answer.body as unknown as BatchReply;
  }

  async goodbye(reason: Goodbye['reason']): Promise<Answer> {
    return this.post(agentPaths.goodbye, { reason, at: this.clock.now().toISOString() } satisfies Goodbye);
  }

  /** Takes a new certificate for a new key, as rotation does. */
  async rotate(): Promise<Answer> {
    const { key, certificateRequest } = await makeCertificateRequest();
    const answer = await this.post(agentPaths.certificate, { certificateRequest });
    if (answer.status === 200)
      this.use({ ...this.keys, key, certificate: (answer.body as { certificate: string }).certificate });
    return answer;
  }

  /** Ends as a killed process does: the kernel closes its connections, nobody says good-bye. */
  kill(): void {
    this.#agent.destroy();
    this.#agent = this.#connectWith(this.keys);
  }

  #connectWith({ key, certificate, ca }: AgentKeys): Agent {
    return new Agent({ keepAlive: true, maxSockets: 8, key, cert: certificate, ca });
  }

  #request(method: string, path: string, headers: Record<string, string> = {}): ClientRequest {
    return request(`https://${this.door}${path}`, { agent: this.#agent, method, headers });
  }
}

/** A batch as it goes over the wire: JSON, compressed. */
export const prepareBatch = (detections: readonly unknown[]): Buffer =>
  zstdCompressSync(Buffer.from(JSON.stringify({ detections })));

function send(sending: ClientRequest, bytes?: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once('response', resolve).once('error', reject);
    if (bytes) sending.setHeader('content-length', bytes.length);
    sending.end(bytes);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  return {
    status: response.statusCode!,
    body: (body ? JSON.parse(body) : {}) as Answer['body'],
    retryAfter: response.headers['retry-after'],
  };
}

type Owner = Pick<Detection, 'accountId' | 'hostId'>;

/** A detection that the contract takes: a changed file, until the overrides say otherwise. */
export function makeDetection({ accountId, hostId }: Owner, overrides: Partial<Detection> = {}): Detection {
  const occurredAt = overrides.occurredAt ?? new Date().toISOString();
  return {
    id: newId({ now: () => new Date(occurredAt) }),
    accountId,
    hostId,
    occurredAt,
    module: 'integrity',
    kind: 'file.modified',
    rule: { id: 'integrity.etc', name: 'Configuration below /etc' },
    severity: 'low',
    title: '/etc/ssh/sshd_config was modified',
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    ...overrides,
  };
}

const modified = { type: 'file', mode: '0644', owner: 'root', group: 'root', inode: 393_301 } as const;

/** What each module, and the system itself, has to tell: one example of each. */
export const sampleDetections = {
  antimalware: {
    module: 'antimalware',
    kind: 'malware.found',
    rule: { id: 'Eicar-Test-Signature', name: 'Eicar-Test-Signature' },
    severity: 'high',
    title: 'Malware Eicar-Test-Signature was found in /var/www/upload/eicar.com',
    subject: '/var/www/upload/eicar.com',
    mode: 'prevent',
    action: 'quarantined',
    actionResult: 'success',
    file: { path: '/var/www/upload/eicar.com', changed: [] },
    process: { pid: 4711, path: '/usr/sbin/nginx', commandLine: 'nginx: worker process' },
    user: { name: 'www-data', uid: 33 },
    attack: ['T1204.002'],
    raw: '/var/www/upload/eicar.com: Eicar-Test-Signature FOUND',
  },
  webreputation: {
    module: 'webreputation',
    kind: 'url.blocked',
    rule: { id: 'category.phishing', name: 'Phishing' },
    severity: 'medium',
    title: 'Access to http://phish.example/login was denied',
    subject: 'phish.example',
    mode: 'prevent',
    action: 'denied',
    actionResult: 'success',
    url: { value: 'http://phish.example/login?from=mail', category: 'phishing' },
    source: { address: '192.0.2.10', port: 51_002 },
    destination: { address: '203.0.113.5', port: 80, name: 'phish.example' },
  },
  firewall: {
    module: 'firewall',
    kind: 'packet.denied',
    rule: { id: 'default-deny', name: 'Default deny' },
    severity: 'informational',
    title: 'A packet from 198.51.100.7 to port 23 was denied',
    subject: '198.51.100.7',
    mode: 'prevent',
    action: 'denied',
    actionResult: 'success',
    source: { address: '198.51.100.7', port: 40_001 },
    destination: { address: '192.0.2.10', port: 23 },
    raw: 'IN=eth0 OUT= SRC=198.51.100.7 DST=192.0.2.10 LEN=60 PROTO=TCP SPT=40001 DPT=23 SYN',
  },
  intrusion: {
    module: 'intrusion',
    kind: 'attack.matched',
    rule: { id: '2019401', name: 'Shellshock attempt in HTTP header' },
    severity: 'critical',
    title: 'Shellshock attempt from 198.51.100.8',
    subject: '198.51.100.8',
    mode: 'prevent',
    action: 'denied',
    actionResult: 'failure',
    source: { address: '198.51.100.8', port: 50_312 },
    destination: { address: '192.0.2.10', port: 443, name: 'www.example' },
    attack: ['T1190'],
    raw: '{"event_type":"alert","alert":{"signature_id":2019401,"action":"blocked"}}',
  },
  integrity: {
    file: {
      path: '/etc/ssh/sshd_config',
      before: { ...modified, sizeBytes: 3223, sha256: 'a'.repeat(64), modifiedAt: '2026-10-01T00:00:00.000Z' },
      after: { ...modified, sizeBytes: 3240, sha256: 'b'.repeat(64), modifiedAt: '2026-11-23T01:02:03.000Z' },
      changed: ['content'],
    },
    subject: '/etc/ssh/sshd_config',
  },
  loginspection: {
    module: 'loginspection',
    kind: 'log.matched',
    rule: { id: '5712', name: 'sshd: brute force trying to get access to the system' },
    severity: 'high',
    title: 'sshd: brute force trying to get access to the system',
    subject: '198.51.100.9',
    source: { address: '198.51.100.9', port: 38_224 },
    user: { name: 'root', uid: 0 },
    attack: ['T1110.001'],
    log: {
      source: '/var/log/auth.log',
      program: 'sshd',
      decoder: 'sshd',
      level: 10,
      lines: Array.from(
        { length: 5 },
        (_, index) =>
          `Nov 23 10:00:0${index} web-01 sshd[812]: Failed password for root from 198.51.100.9 port 3822${index} ssh2`,
      ),
    },
  },
  system: {
    module: 'system',
    kind: 'spool.dropped',
    rule: { id: 'spool.dropped', name: 'Detections dropped' },
    severity: 'medium',
    title: 'The spool was full: 120 detections were dropped',
    facts: { dropped: 120, storage: 'disk', orderly: false },
  },
} as const satisfies Record<Detection['module'], unknown>;

export const makeSample = (module: Detection['module'], owner: Owner, overrides: Partial<Detection> = {}): Detection =>
  makeDetection(owner, { ...(sampleDetections[module] as unknown as Partial<Detection>), ...overrides });
