// @peculiar/x509 resolves its parts by decorators and asks for this first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { type Answer, type Asked, type CloudServer, json, startServer } from './server.ts';

export type FakeMachine = {
  readonly vm: string;
  readonly name: string;
  readonly power?: string;
  readonly host: string;
  readonly folder?: string;
  readonly information?: object;
  readonly identity?: object;
  readonly interfaces?: object[];
  readonly tools?: object;
};
export type VCenterCloud = {
  readonly username: string;
  readonly password: string;
  readonly datacenters: Record<
    string,
    { name: string; clusters: Record<string, string>; folders?: Record<string, string> }
  >;
  /** The datacentre of a host, and its cluster if it is in one. */
  readonly hosts: Record<string, { datacenter: string; cluster?: string }>;
  readonly machines: FakeMachine[];
  /** More machines than this are not told at once. */
  readonly machinesMax?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly instead?: (asked: Asked) => Answer | undefined;
};

export type VCenterServer = CloudServer & { readonly sessions: Set<string> };

const fault = (type: string, status: number): Answer =>
  json({ error_type: type, messages: [{ id: 'com.vmware.x', default_message: 'no', args: [] }] }, status);

/** A small vCenter: its sessions and its Automation API. */
export async function startVCenter(cloud: VCenterCloud): Promise<VCenterServer> {
  const sessions = new Set<string>();
  let opened = 0;
  const server = await startServer((asked) => {
    const instead = cloud.instead?.(asked);
    if (instead) return instead;
    const pair = `Basic ${Buffer.from(`${cloud.username}:${cloud.password}`).toString('base64')}`;
    if (asked.path === '/api/session' && asked.method === 'POST') {
      if (asked.headers.authorization !== pair) return fault('UNAUTHENTICATED', 401);
      opened += 1;
      sessions.add(`session-token-${opened}`);
      return json(`session-token-${opened}`, 201);
    }
    const session = String(asked.headers['vmware-api-session-id']);
    if (!sessions.has(session)) return fault('UNAUTHENTICATED', 401);
    if (asked.path === '/api/session' && asked.method === 'DELETE') {
      sessions.delete(session);
      return { status: 204 };
    }
    return answer(cloud, asked);
  }, cloud.tls);
  return { ...server, sessions };
}

function answer(cloud: VCenterCloud, asked: Asked): Answer {
  const detail = /^\/api\/vcenter\/vm\/([^/]+)(\/.+)?$/.exec(asked.path);
  if (detail) return answerDetail(cloud, decodeURIComponent(detail[1]!), detail[2] ?? '');
  const datacenter = asked.query.get('datacenters');
  switch (asked.path) {
    case '/api/vcenter/datacenter':
      return json(Object.entries(cloud.datacenters).map(([id, { name }]) => ({ datacenter: id, name })));
    case '/api/vcenter/cluster':
      return json(
        Object.entries(cloud.datacenters[datacenter!]!.clusters).map(([cluster, name]) => ({
          cluster,
          name,
          ha_enabled: true,
          drs_enabled: false,
        })),
      );
    case '/api/vcenter/folder':
      return json(
        Object.entries(cloud.datacenters[datacenter!]!.folders ?? {}).map(([folder, name]) => ({
          folder,
          name,
          type: asked.query.get('type'),
        })),
      );
    case '/api/vcenter/host':
      return answerHosts(cloud, asked);
    case '/api/vcenter/vm':
      return answerMachines(cloud, asked);
    default:
      return fault('NOT_FOUND', 404);
  }
}

function answerHosts(cloud: VCenterCloud, { query }: Asked): Answer {
  const found = Object.entries(cloud.hosts).filter(
    ([, host]) =>
      (!query.has('datacenters') || host.datacenter === query.get('datacenters')) &&
      (!query.has('clusters') || host.cluster === query.get('clusters')) &&
      (query.get('standalone') !== 'true' || host.cluster === undefined),
  );
  return json(
    found.map(([host]) => ({
      host,
      name: `${host}.example`,
      connection_state: 'CONNECTED',
      power_state: 'POWERED_ON',
    })),
  );
}

function answerMachines(cloud: VCenterCloud, { query }: Asked): Answer {
  const found = cloud.machines.filter(({ host, folder }) => {
    const there = cloud.hosts[host]!;
    return (
      (!query.has('datacenters') || there.datacenter === query.get('datacenters')) &&
      (!query.has('clusters') || there.cluster === query.get('clusters')) &&
      (!query.has('hosts') || query.getAll('hosts').includes(host)) &&
      (!query.has('folders') || folder === query.get('folders'))
    );
  });
  if (found.length > (cloud.machinesMax ?? 4000)) return fault('UNABLE_TO_ALLOCATE_RESOURCE', 503);
  return json(
    found.map(({ vm, name, power }) => ({
      vm,
      name,
      power_state: power ?? 'POWERED_ON',
      cpu_count: 2,
      memory_size_MiB: 4096,
    })),
  );
}

function answerDetail(cloud: VCenterCloud, vm: string, part: string): Answer {
  const machine = cloud.machines.find((one) => one.vm === vm);
  if (!machine) return fault('NOT_FOUND', 404);
  const parts: Record<string, object | undefined> = {
    '': machine.information ?? { name: machine.name, cpu: { count: 2 }, memory: { size_MiB: 4096 } },
    '/guest/identity': machine.identity,
    '/guest/networking/interfaces': machine.interfaces,
    '/tools': machine.tools ?? { run_state: 'NOT_RUNNING', version_status: 'NOT_INSTALLED' },
  };
  const found = parts[part];
  return found ? json(found) : fault('SERVICE_UNAVAILABLE', 503);
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** An authority, and a server's certificate that it signed for a name that the test does not call it by. */
export async function makeCertificates(names: readonly { type: 'dns' | 'ip'; value: string }[]): Promise<{
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}> {
  const dates = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) };
  const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const served = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Authority of a test',
    keys: own,
    signingAlgorithm: algorithm,
    ...dates,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=vcenter.example',
    issuer: authority.subject,
    publicKey: served.publicKey,
    signingKey: own.privateKey,
    signingAlgorithm: algorithm,
    ...dates,
    extensions: [new x509.SubjectAlternativeNameExtension([...names])],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', served.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, '$1\n')}\n-----END PRIVATE KEY-----\n`;
  return { authority: authority.toString('pem'), cert: certificate.toString('pem'), key };
}
