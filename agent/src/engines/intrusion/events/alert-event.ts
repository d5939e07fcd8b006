import { plainAddress } from './address.ts';

/** An alert as Suricata's EVE log tells it, with what we use of it. What is absent was not there to see. */
export type AlertEvent = {
  readonly atMs: number;
  readonly sid: number;
  /** Suricata kept the packet from going on. */
  readonly isBlocked: boolean;
  readonly protocol: string;
  /** Who opened the connection, and to whom; without one, who sent the packet. */
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Whether the packet went to the one who was asked. */
  readonly toServer: boolean;
  readonly startedAtMs: number;
  readonly appProtocol?: string;
  readonly interfaceName?: string;
  readonly http?: {
    readonly host?: string;
    readonly url?: string;
    readonly method?: string;
    readonly userAgent?: string;
    readonly status?: number;
  };
  readonly tls?: {
    readonly serverName?: string;
    readonly version?: string;
    readonly ja3?: string;
    readonly ja4?: string;
  };
  readonly dnsName?: string;
  /** Bytes that cannot be printed are dots. */
  readonly payload?: string;
};
export type Endpoint = { readonly address: string; readonly port?: number };

type Json = { readonly [key: string]: unknown };

/** @returns undefined for a line that is no alert */
export function readAlertEvent(line: string): AlertEvent | undefined {
  let record: Json;
  try {
    record = JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
  const alert = objectOf(record['alert']);
  const sid = numberOf(alert['signature_id']);
  const atMs = Date.parse(String(record['timestamp']));
  if (record['event_type'] !== 'alert' || sid === undefined || Number.isNaN(atMs)) return undefined;
  const flow = objectOf(record['flow']);
  const toServer = record['direction'] !== 'to_client';
  const ends = flow['src_ip'] === undefined ? record : flow;
  const [source, destination] = [endpointOf(ends, 'src'), endpointOf(ends, 'dest')];
  if (!source || !destination) return undefined;
  const startedAtMs = Date.parse(String(flow['start']));
  return {
    ...{ atMs, sid, source, destination, toServer },
    isBlocked: alert['action'] === 'blocked',
    protocol: String(record['proto'] ?? '')
      .toLowerCase()
      .slice(0, 20),
    startedAtMs: Number.isNaN(startedAtMs) ? atMs : startedAtMs,
    ...defined({
      appProtocol: textOf(record['app_proto'], 30),
      interfaceName: textOf(record['in_iface'], 20),
      http: httpOf(objectOf(record['http'])),
      tls: tlsOf(objectOf(record['tls'])),
      dnsName: dnsNameOf(record['dns']),
      payload: textOf(record['payload_printable'], 8000),
    }),
  } as AlertEvent;
}

function httpOf(http: Json): AlertEvent['http'] {
  const found = defined({
    host: textOf(http['hostname'], 255),
    url: textOf(http['url'], 2000),
    method: textOf(http['http_method'], 20),
    userAgent: textOf(http['http_user_agent'], 500),
    status: numberOf(http['status']),
  });
  return Object.keys(found).length > 0 ? (found as AlertEvent['http']) : undefined;
}

function tlsOf(tls: Json): AlertEvent['tls'] {
  const found = defined({
    serverName: textOf(tls['sni'], 255),
    version: textOf(tls['version'], 20),
    ja3: textOf(objectOf(tls['ja3'])['hash'], 40),
    ja4: textOf(tls['ja4'], 60),
  });
  return Object.keys(found).length > 0 ? (found as AlertEvent['tls']) : undefined;
}

function dnsNameOf(dns: unknown): string | undefined {
  const query = objectOf(dns)['query'] ?? objectOf(objectOf(dns)['answer'])['rrname'];
  return textOf(Array.isArray(query) ? objectOf(query[0])['rrname'] : query, 255);
}

function endpointOf(record: Json, end: 'src' | 'dest'): Endpoint | undefined {
  const address = textOf(record[`${end}_ip`], 64);
  if (!address) return undefined;
  const port = numberOf(record[`${end}_port`]);
  return { address: plainAddress(address), ...(port === undefined ? {} : { port }) };
}

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;
const defined = (values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
