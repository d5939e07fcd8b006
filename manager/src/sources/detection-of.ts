import { hash } from 'node:crypto';
import type { Detection, DetectionModule, EventRoad, ForeignRecord, RuleName } from '@sakimori/contract';
import { type NeutralEvent, type NeutralModule, short, toldOf } from '@sakimori/contract/intake/index';
import { isRemoved, severityOf } from './severity.ts';
import { timeOf } from './times.ts';

/** One event as it came, and by which source. */
export type Arrival = {
  readonly event: NeutralEvent;
  /** The record, as text. */
  readonly raw: string;
  readonly isCut: boolean;
  readonly receivedAt: Date;
};

/** `Detection.raw` holds so many characters; a frame may have four times as many. */
export const rawMax = 65_536;

const modules: Readonly<Record<NeutralModule, DetectionModule | undefined>> = {
  anti_malware: 'antimalware',
  intrusion_prevention: 'intrusion',
  firewall: 'firewall',
  web_reputation: 'webreputation',
  integrity_monitoring: 'integrity',
  log_inspection: 'loginspection',
  system: 'system',
  // No part of the service (S13): counted, and no detection.
  application_control: undefined,
  device_control: undefined,
};

/** An id made of what makes the event itself: however often it comes, it is the same (RFC 9562, version 8). */
export function idOf(...parts: readonly string[]): string {
  const hex = hash('sha256', parts.join('\u001f'), 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The agent itself names neither its host nor its tenant; its manager does both. */
export function roadOf({ format, product, host, tenant, tenant_id: tenantId }: NeutralEvent): EventRoad {
  if (format === 'sns') return 'sns';
  const isAgent = product?.includes('Agent') ?? false;
  return isAgent && host === undefined && tenant === undefined && tenantId === undefined ? 'direct' : 'relayed';
}

/** SNS numbers its events; a line of syslog is its own name, with the time that stands before it. */
function eventId({ event, raw }: Arrival): string {
  if (event.format === 'sns') {
    const number = event.extra?.['UniqueID'] ?? event.extra?.['EventID'];
    if (number !== undefined)
      return idOf('sns', event.tenant_id ?? '', event.module ?? String(event.extra?.['EventType']), String(number));
  }
  const marker = raw.search(/(?:CEF|LEEF): ?\d/);
  return idOf('line', event.timestamp ?? event.timestamp_raw ?? '', (marker < 0 ? raw : raw.slice(marker)).trimEnd());
}

/** What two roads tell of one event alike. Versions, names and times differ between them. */
function pairKey(event: NeutralEvent, host: string): string {
  const { module, src_ip: source, dst_ip: destination, src_port: from, dst_port: to } = event;
  const about =
    event.file_path ?? event.url ?? (module === 'system' || module === 'log_inspection' ? event.message : '');
  const parts = [
    module,
    host,
    source,
    from,
    destination,
    to,
    about,
    event.module === 'system' ? event.signature_id : '',
  ];
  return hash('sha256', parts.join('\u001f'), 'hex').slice(0, 24);
}

/** @returns nothing where the module is no part of the service */
export function detectionOf(
  arrival: Arrival,
  to: {
    readonly accountId: string;
    readonly hostId: string;
    readonly hostKey: string;
    readonly sourceId: string;
    readonly zone: string;
  },
): Detection | undefined {
  const { event, raw, isCut, receivedAt } = arrival;
  const module = event.module === undefined ? 'system' : modules[event.module];
  if (module === undefined) return undefined;
  const time = timeOf(event, to.zone, receivedAt);
  const rule = ruleOf(event);
  const isTruncated = isCut || event.truncated || raw.length > rawMax;
  const foreign: ForeignRecord = {
    ...{ sourceId: to.sourceId, road: roadOf(event), time: time.quality, key: pairKey(event, to.hostKey) },
    ...(time.toldAt ? { toldAt: time.toldAt.toISOString() } : {}),
    ...(isTruncated ? { truncated: true } : {}),
    // A line that is kept as it was read is read again when somebody asks: what it tells is not written twice.
    ...(isTruncated || event.format === 'sns' || raw.includes('\0') ? toldOf(event) : {}),
  };
  const outcome = outcomeOf(event);
  return {
    ...{ id: eventId(arrival), accountId: to.accountId, hostId: to.hostId, occurredAt: time.at.toISOString(), module },
    ...{ kind: kindOf(event), rule, severity: severityOf(event), ...outcome },
    title: titleOf(event, rule),
    ...subjectOf(event),
    ...objectsOf(event),
    ...(event.count === undefined ? {} : { facts: { count: event.count } }),
    ...(event.mitre ? { attack: techniques(event.mitre) } : {}),
    ...{ raw: short(raw, rawMax), foreign },
  };
}

function ruleOf(event: NeutralEvent): RuleName {
  if (event.alert_state !== undefined && event.alert_name)
    return { id: short(`alert.${event.alert_name}`, 100), name: short(event.alert_name, 300) };
  const name = event.name ?? event.message ?? event.signature_id ?? String(event.extra?.['EventType'] ?? 'Unknown');
  // Malware of every name has one signature id; the name is the rule.
  const id =
    event.module === 'anti_malware' || event.signature_id === undefined ? (event.name ?? name) : event.signature_id;
  return { id: short(id, 100) || 'unknown', name: short(name, 300) || 'Unknown' };
}

const titleOf = (event: NeutralEvent, rule: RuleName): string => {
  const about = event.alert_subject ?? event.file_path ?? event.url ?? event.target ?? event.rule_description;
  return short(about ? `${rule.name}: ${about}` : rule.name, 500);
};

function kindOf({ module, signature_id: id, action }: NeutralEvent): string {
  if (module === 'anti_malware') return /^400001/.test(id ?? '') ? 'malware.spyware' : 'malware.found';
  if (module === 'intrusion_prevention') return 'intrusion.matched';
  if (module === 'log_inspection') return 'log.matched';
  if (module === 'web_reputation') return 'web.blocked_rated';
  if (module === 'firewall') {
    if (/^85[0-4]$/.test(id ?? '')) return 'firewall.scan';
    return /deny/i.test(action ?? '') ? 'firewall.denied' : 'firewall.logged';
  }
  if (module === 'integrity_monitoring') {
    if (/creat/i.test(action ?? '')) return 'file.created';
    if (/delet/i.test(action ?? '')) return 'file.deleted';
    return /renam/i.test(action ?? '') ? 'file.renamed' : 'file.modified';
  }
  return 'foreign.event';
}

type Outcome = Pick<Detection, 'mode' | 'action' | 'actionResult'>;
const seen: Outcome = { mode: 'detect', action: 'observed', actionResult: 'none' };
const denied: Outcome = { mode: 'prevent', action: 'denied', actionResult: 'success' };

/** `IDS:` before an action says that it was *not* taken. */
function outcomeOf(event: NeutralEvent): Outcome {
  const { module, action = '', result } = event;
  if (event.detect_only || /^(IDS:|detect ?only)/i.test(action)) return seen;
  if (module === 'firewall') return /deny/i.test(action) ? denied : seen;
  if (module === 'intrusion_prevention') return /block|reset|insert|delete|replace|deny/i.test(action) ? denied : seen;
  if (module === 'web_reputation') return event.signature_id === '5000001' ? seen : denied;
  if (module !== 'anti_malware') return seen;
  const word = result ?? action;
  if (!isRemoved(event))
    return /pass/i.test(word)
      ? { ...seen, action: 'allowed' }
      : { mode: 'prevent', action: 'observed', actionResult: 'failure' };
  const done = /quarantin/i.test(word)
    ? 'quarantined'
    : /clean/i.test(word)
      ? 'cleaned'
      : /delet/i.test(word)
        ? 'deleted'
        : 'denied';
  return { mode: 'prevent', action: done, actionResult: 'success' };
}

/** What makes two events of one rule the same matter. */
function subjectOf(event: NeutralEvent): { subject?: string } {
  const { module } = event;
  const subject =
    event.alert_state !== undefined
      ? event.alert_subject
      : module === 'anti_malware' || module === 'integrity_monitoring'
        ? event.file_path
        : module === 'web_reputation'
          ? event.url
          : module === 'system'
            ? event.target
            : event.src_ip;
  return subject ? { subject: short(subject, 500) } : {};
}

type Objects = Pick<Detection, 'process' | 'user' | 'source' | 'destination' | 'file' | 'url' | 'log'>;

function objectsOf(event: NeutralEvent): Objects {
  const endpoint = (address: string | undefined, port: number | undefined, name?: string) =>
    address === undefined || address.length > 64
      ? undefined
      : {
          address: short(address, 64),
          ...(port !== undefined && port <= 65_535 ? { port } : {}),
          ...(name ? { name: short(name, 255) } : {}),
        };
  const source = endpoint(event.src_ip, event.src_port, event.src_host);
  const destination = endpoint(event.dst_ip, event.dst_port);
  const user = event.user ?? event.target_user;
  const { process, command_line: commandLine, file_path: path, old_file_path: previous, module } = event;
  return {
    ...(source ? { source } : {}),
    ...(destination ? { destination } : {}),
    ...(user ? { user: { name: short(user, 256) } } : {}),
    ...(process || commandLine
      ? {
          process: {
            ...(process ? { path: short(process, 4096) } : {}),
            ...(commandLine ? { commandLine: short(commandLine, 4096) } : {}),
          },
        }
      : {}),
    ...(path
      ? { file: { path: short(path, 4096), ...(previous ? { previousPath: short(previous, 4096) } : {}), changed: [] } }
      : {}),
    ...(event.url ? { url: { value: short(event.url, 2048) } } : {}),
    ...(module === 'log_inspection' && event.message
      ? { log: { source: short(event.log_source ?? '-', 4096), lines: [short(event.message, 8192)] } }
      : {}),
  };
}

const techniques = (text: string): string[] => [...new Set(text.match(/T\d{4}(?:\.\d{3})?/g) ?? [])].slice(0, 20);
