import { fillAlert } from './alert-text.ts';
import { keep, type NeutralEvent, type NumberField, type TextField, wholeOf } from './event.ts';
import { eventTypes } from './modules.ts';
import { textOfInstant } from './syslog-header.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Fields that mean the same whatever the type of the event. */
const common: Readonly<Record<string, TextField>> = {
  Hostname: 'host',
  HostID: 'host_id',
  TenantName: 'tenant',
  TenantID: 'tenant_id',
  Tags: 'tags',
  ActionString: 'action',
  SourceIP: 'src_ip',
  SourceMAC: 'src_mac',
  DestinationIP: 'dst_ip',
  DestinationMAC: 'dst_mac',
  ProtocolString: 'protocol',
  FrameString: 'frame_type',
  DirectionString: 'direction',
  ProcessName: 'process',
  URL: 'url',
  Description: 'message',
  ScanTypeString: 'scan_type',
  FileMD5: 'md5',
  FileSHA1: 'sha1',
  FileSHA256: 'sha256',
  MD5: 'md5',
  SHA1: 'sha1',
  SHA256: 'sha256',
};

const commonNumbers: Readonly<Record<string, NumberField>> = {
  Severity: 'severity',
  SourcePort: 'src_port',
  DestinationPort: 'dst_port',
  RepeatCount: 'count',
  FileSize: 'file_size',
};

const byType: Readonly<Record<string, Readonly<Record<string, TextField>>>> = {
  SystemEvent: {
    ...{ Number: 'signature_id', Title: 'name', ActionBy: 'user' },
    ...{ TargetName: 'target', TargetID: 'target_id', TargetType: 'target_type' },
  },
  AgentEvent: { Number: 'signature_id', Title: 'name' },
  PacketLog: { Reason: 'name' },
  PayloadLog: { Reason: 'name', XForwardedFor: 'xff', Note: 'ips_note' },
  AntiMalwareEvent: { MalwareName: 'name', ScanResultString: 'result', InfectedFilePath: 'file_path' },
  AppControlEvent: { Action: 'action', ActionReasonDesc: 'action_reason', UserName: 'target_user' },
  IntegrityEvent: { Reason: 'name', ChangeString: 'action', Key: 'file_path', User: 'user', Process: 'process' },
  LogInspectionEvent: {
    ...{ Reason: 'name', OSSEC_Description: 'rule_description', OSSEC_Location: 'log_source' },
    ...{ OSSEC_FullLog: 'message', OSSEC_SourceIP: 'src_ip', OSSEC_DestinationUser: 'target_user' },
  },
};

/** One event of a notification; numbers may have come as texts. Unknown types and fields are kept. */
export function eventOfJson(given: JsonObject): NeutralEvent {
  const event: NeutralEvent = { format: 'sns' };
  const type = typeof given['EventType'] === 'string' ? given['EventType'] : '';
  const module = Object.hasOwn(eventTypes, type) ? eventTypes[type] : undefined;
  if (module) event.module = module;
  else if (type) keep(event, 'EventType', type);
  const own = Object.hasOwn(byType, type) ? byType[type]! : {};
  for (const [key, value] of Object.entries(given)) {
    if (key === 'EventType') continue;
    const field = Object.hasOwn(own, key) ? own[key] : Object.hasOwn(common, key) ? common[key] : undefined;
    if (field) putText(event, key, field, value);
    else if (Object.hasOwn(commonNumbers, key)) putNumber(event, key, commonNumbers[key]!, value);
    else if (!keepsElsewhere(type, key)) keep(event, key, boundedValue(value, 6));
  }
  fillTime(event, given['LogDate']);
  if (type === 'AppControlEvent') fillApplication(event, given);
  if (type === 'PayloadLog' && event.action) event.detect_only = /^(IDS:|Detect Only)/i.test(event.action);
  if (module === 'system') fillAlert(event);
  return event;
}

const applicationKeys = new Set(['Path', 'FileName', 'OperationDesc']);
const keepsElsewhere = (type: string, key: string): boolean =>
  key === 'LogDate' || (type === 'AppControlEvent' && applicationKeys.has(key));

function putText(event: NeutralEvent, key: string, field: TextField, value: unknown): void {
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  if (text === undefined || event[field] !== undefined) keep(event, key, boundedValue(value, 6));
  else if (text !== '') event[field] = text;
}

function putNumber(event: NeutralEvent, key: string, field: NumberField, value: unknown): void {
  const number = Number.isSafeInteger(value)
    ? (value as number)
    : typeof value === 'string'
      ? wholeOf(value)
      : undefined;
  if (number === undefined) keep(event, key, boundedValue(value, 6));
  else event[field] = number;
}

/** `LogDate` is UTC and says so; what is no time is kept as it is. */
function fillTime(event: NeutralEvent, value: unknown): void {
  const isWhole = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(value);
  const ms = isWhole ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) keep(event, 'LogDate', boundedValue(value, 1));
  else event.timestamp = textOfInstant(ms);
}

/** The path is a folder and a name beside it. */
function fillApplication(
  event: NeutralEvent,
  { Path: folder, FileName: name, OperationDesc: operation }: JsonObject,
): void {
  const [path, file] = [folder, name].map((part) => (typeof part === 'string' ? part : ''));
  const separator = path && file && !/[\\/]$/.test(path!) ? (path!.includes('\\') ? '\\' : '/') : '';
  if (path || file) event.file_path = `${path}${separator}${file}`;
  if (typeof operation !== 'string') return;
  event.detect_only = /^detect\s*only$/i.test(operation);
  keep(event, 'OperationDesc', operation);
}

/** Deep nests are cut: they are no field of the product, and would overflow whoever writes them out. */
function boundedValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => boundedValue(item, depth - 1));
  const bounded = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) bounded[key] = boundedValue(item, depth - 1);
  return bounded;
}
