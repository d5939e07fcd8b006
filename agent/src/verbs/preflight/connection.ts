import type { X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { errorText } from '../../log.ts';
import { splitAddress } from '../../transport.ts';
import type { Finding } from './finding.ts';

export type Door = {
  /** `host:port` of the manager's door for agents. */
  readonly agents: string;
  /** SHA-256 of its authority, as tokens and deployment scripts name it; absent: only looked at. */
  readonly ca?: string | undefined;
};

const waitMs = 8000;
const dayMs = 86_400_000;
/** The manager alarms beyond five minutes. */
const [clockWarnSeconds, clockFailSeconds] = [60, 300];
const expiryWarnDays = 14;

/**
 * Whether the manager can be reached from here, safely (S10): name, port, TLS with its chain and expiry, a proxy on the way, and the clock. Each step tells its own cause; what
 * comes after one that failed is not tried. Nothing is sent but a request for the door's time.
 */
export async function judgeConnection(
  { agents, ca }: Door,
  environment: NodeJS.ProcessEnv = process.env,
  nowMs: () => number = Date.now,
): Promise<Finding[]> {
  const { host, port } = splitAddress(agents);
  const findings: Finding[] = [...judgeProxy(environment, host)];
  const facts = { host, port };
  if (!isIP(host)) {
    try {
      const { address } = await lookup(host);
      findings.push({ check: 'dns', level: 'pass', code: 'dns_resolved', facts: { host, address } });
    } catch (error) {
      const detail = (error as NodeJS.ErrnoException).code ?? errorText(error);
      return [...findings, { check: 'dns', level: 'fail', code: 'dns_unresolved', facts: { host, detail } }];
    }
  }
  let socket: Socket;
  try {
    socket = await reach(host, port);
  } catch (error) {
    return [...findings, refusedPort(error, facts)];
  }
  findings.push({ check: 'port', level: 'pass', code: 'port_open', facts });
  try {
    const secure = await shakeHands(socket, host);
    const judged = judgeChain(secure, host, ca, nowMs());
    findings.push(...judged);
    if (judged.every(({ level }) => level !== 'fail')) findings.push(await judgeClock(secure, host, nowMs));
  } catch (error) {
    findings.push({ check: 'tls', level: 'fail', code: 'tls_failed', facts: { host, detail: errorText(error) } });
  } finally {
    socket.destroy();
  }
  return findings;
}

/** The agent speaks to its manager without a proxy; where a host is told to use one, the way may be closed without it. */
function judgeProxy(environment: NodeJS.ProcessEnv, host: string): Finding[] {
  const name = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find((key) => environment[key]);
  if (name === undefined) return [];
  const exceptions = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(',').map((text) => text.trim());
  if (exceptions.some((one) => one === '*' || one === host || (one.startsWith('.') && host.endsWith(one)))) return [];
  return [{ check: 'proxy', level: 'warn', code: 'proxy_set', facts: { name, host } }];
}

function refusedPort(error: unknown, facts: { readonly host: string; readonly port: number }): Finding {
  const cause = (error as NodeJS.ErrnoException).code ?? '';
  const codes: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'port_refused',
    ETIMEDOUT: 'port_silent',
    EHOSTUNREACH: 'port_unreachable',
    ENETUNREACH: 'port_unreachable',
  };
  const code = codes[cause] ?? 'port_failed';
  const detail = code === 'port_failed' ? { detail: errorText(error) } : {};
  return { check: 'port', level: 'fail', code, facts: { ...facts, seconds: waitMs / 1000, ...detail } };
}

function reach(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = netConnect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    }, waitMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

function shakeHands(socket: Socket, host: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tlsConnect({
      ...{ socket, minVersion: 'TLSv1.2', rejectUnauthorized: false },
      ...(isIP(host) ? {} : { servername: host }),
    });
    const timer = setTimeout(() => secure.destroy(new Error('no answer in time')), waitMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    secure.once('error', fail);
    secure.once('close', () => fail(new Error('the connection was closed')));
    secure.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(secure);
    });
  });
}

const fingerprintOf = (certificate: X509Certificate) => certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** The chain that the peer shows, leaf first. */
function chainOf(secure: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate = secure.getPeerX509Certificate();
  while (certificate && chain.length < 6) {
    chain.push(certificate);
    const issuer: X509Certificate | undefined = certificate.issuerCertificate;
    certificate = issuer && fingerprintOf(issuer) !== fingerprintOf(certificate) ? issuer : undefined;
  }
  return chain;
}

function judgeChain(secure: TLSSocket, host: string, ca: string | undefined, nowMs: number): Finding[] {
  const chain = chainOf(secure);
  const leaf = chain[0];
  const say = (level: Finding['level'], code: string, facts: Finding['facts'] = {}): Finding[] => [
    { check: 'tls', level, code, facts: { host, ...facts } },
  ];
  if (!leaf) return say('fail', 'tls_failed', { detail: 'no certificate was shown' });
  if (ca !== undefined) {
    const authority = chain.find((one) => fingerprintOf(one) === ca.toLowerCase());
    const issuer = issuerOf(leaf);
    if (!authority || !leaf.checkIssued(authority) || !leaf.verify(authority.publicKey))
      return say('fail', 'tls_other_authority', { issuer });
  }
  const matches = isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host);
  if (matches === undefined) return say('fail', 'tls_other_name', { names: (leaf.subjectAltName ?? '').slice(0, 200) });
  const until = leaf.validToDate;
  const day = until.toISOString().slice(0, 10);
  if (until.getTime() <= nowMs) return say('fail', 'tls_expired', { day });
  const days = Math.floor((until.getTime() - nowMs) / dayMs);
  if (days < expiryWarnDays) return say('warn', 'tls_expires_soon', { day, days });
  return say('pass', ca === undefined ? 'tls_seen' : 'tls_trusted', { day });
}

const issuerOf = (leaf: X509Certificate): string => leaf.issuer.replaceAll('\n', ', ').slice(0, 200) || 'unknown';

/** By the door's own `Date`, which it says whatever it answers. */
function judgeClock(secure: TLSSocket, host: string, nowMs: () => number): Promise<Finding> {
  const unknown: Finding = { check: 'clock', level: 'warn', code: 'clock_unknown', facts: { host } };
  return new Promise((resolve) => {
    let said = '';
    const timer = setTimeout(() => resolve(unknown), waitMs);
    const askedMs = nowMs();
    secure.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      const date = /^date: (.+)$/im.exec(said)?.[1];
      if (date === undefined && said.length < 10_000) return;
      clearTimeout(timer);
      const doorMs = Date.parse(date ?? '');
      if (Number.isNaN(doorMs)) return resolve(unknown);
      // The header has whole seconds; half of one is the better guess.
      const seconds = Math.round(((askedMs + nowMs()) / 2 - doorMs - 500) / 1000);
      const off = Math.abs(seconds);
      const level = off > clockFailSeconds ? 'fail' : off > clockWarnSeconds ? 'warn' : 'pass';
      resolve({ check: 'clock', level, code: level === 'pass' ? 'clock_right' : 'clock_wrong', facts: { seconds } });
    });
    secure.once('error', () => resolve(unknown));
    secure.once('close', () => resolve(unknown));
    secure.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
