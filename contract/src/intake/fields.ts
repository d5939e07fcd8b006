import { fillAlert } from './alert-text.ts';
import { decodePath, decodeText } from './escapes.ts';
import { keep, type NeutralEvent, type NumberField, type TextField, wholeOf } from './event.ts';
import type { Pairs } from './extension.ts';
import { textOfInstant } from './syslog-header.ts';

type Kind = 'text' | 'path' | 'number' | 'named';
type Place = readonly [field: TextField | NumberField, kind: Kind];

/** CEF's keys, and LEEF's where they differ. `named`: a value of `N/A` says that there is none. */
const places: ReadonlyMap<string, Place> = new Map(
  Object.entries({
    act: ['action', 'text'],
    result: ['result', 'text'],
    src: ['src_ip', 'text'],
    spt: ['src_port', 'number'],
    srcPort: ['src_port', 'number'],
    smac: ['src_mac', 'text'],
    srcMAC: ['src_mac', 'text'],
    shost: ['src_host', 'text'],
    dst: ['dst_ip', 'text'],
    dpt: ['dst_port', 'number'],
    dstPort: ['dst_port', 'number'],
    dmac: ['dst_mac', 'text'],
    dstMAC: ['dst_mac', 'text'],
    proto: ['protocol', 'text'],
    TrendMicroDsFrameType: ['frame_type', 'text'],
    in: ['bytes_in', 'number'],
    out: ['bytes_out', 'number'],
    cnt: ['count', 'number'],
    repeatCount: ['count', 'number'],
    xff: ['xff', 'text'],
    TrendMicroDsPacketData: ['packet_data', 'text'],
    suser: ['user', 'path'],
    usrName: ['user', 'path'],
    duser: ['target_user', 'path'],
    target: ['target', 'path'],
    targetID: ['target_id', 'text'],
    targetId: ['target_id', 'text'],
    targetType: ['target_type', 'text'],
    filePath: ['file_path', 'path'],
    fileName: ['file_path', 'path'],
    oldfilePath: ['old_file_path', 'path'],
    oldFilePath: ['old_file_path', 'path'],
    fsize: ['file_size', 'number'],
    sproc: ['process', 'path'],
    TrendMicroDsProcess: ['process', 'path'],
    processName: ['process', 'path'],
    TrendMicroDsCommandLine: ['command_line', 'path'],
    TrendMicroDsFileMD5: ['md5', 'text'],
    TrendMicroDsFileSHA1: ['sha1', 'text'],
    TrendMicroDsFileSHA256: ['sha256', 'text'],
    fileHash: ['sha256', 'text'],
    request: ['url', 'text'],
    msg: ['message', 'text'],
    fname: ['log_source', 'path'],
    TrendMicroDsCve: ['cve', 'named'],
    TrendMicroDsMitre: ['mitre', 'named'],
    TrendMicroDsBehaviorRuleID: ['behavior_rule_id', 'named'],
    TrendMicroDsBehaviorRuleId: ['behavior_rule_id', 'named'],
    TrendMicroDsBehaviorType: ['behavior_type', 'named'],
    TrendMicroDsMalwareTarget: ['malware_target', 'named'],
    TrendMicroDsMalwareTargetType: ['malware_target_type', 'named'],
    TrendMicroDsRelevantDetectionNames: ['relevant_detections', 'named'],
    TrendMicroDsDetectionConfidence: ['detection_confidence', 'number'],
    device: ['device', 'text'],
    vendor: ['device_vendor', 'text'],
    model: ['device_model', 'text'],
    serial: ['device_serial', 'text'],
    TrendMicroDsTenant: ['tenant', 'text'],
    TrendMicroDsTenantId: ['tenant_id', 'text'],
    TrendMicroDsTags: ['tags', 'text'],
    name: ['name', 'text'],
    sev: ['severity', 'number'],
    dvchost: ['host', 'text'],
  } satisfies Record<string, Place>),
);

/** A slot means what its label says, whichever slot it is: `cs1` is a note, a description or a reason. */
const labels: ReadonlyMap<string, Place | readonly ['resource_type' | 'risk_level', 'code']> = new Map(
  Object.entries({
    'host id': ['host_id', 'text'],
    'tcp flags': ['tcp_flags', 'text'],
    'fragmentation bits': ['fragmentation', 'text'],
    'icmp type and code': ['icmp', 'text'],
    'dpi note': ['ips_note', 'text'],
    'intrusion prevention note': ['ips_note', 'text'],
    'li description': ['rule_description', 'text'],
    container: ['container', 'text'],
    'quarantine file size': ['quarantine_size', 'number'],
    'infected resource': ['infected_resource', 'path'],
    'resource type': ['resource_type', 'code'],
    'risk level': ['risk_level', 'code'],
    actionreason: ['action_reason', 'text'],
    md5: ['md5', 'text'],
    sha1: ['sha1', 'text'],
    sha256: ['sha256', 'text'],
  } satisfies Record<string, Place | readonly ['resource_type' | 'risk_level', 'code']>),
);

/** Lays the pairs of a CEF or LEEF record into the event. */
export function fillFromPairs(event: NeutralEvent, { keys, values }: Pairs): void {
  const slots = new Map<string, string>();
  let address = '';
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index]!;
    const raw = values[index]!;
    if (raw === '') continue;
    const place = places.get(key);
    if (place) put(event, key, place[0], place[1], raw);
    else if (isSlot(key)) slots.set(key, raw);
    else if (key === 'dvc') address = raw;
    else if (key === 'rt' && event.timestamp === undefined && /^1\d{12}$/.test(raw))
      event.timestamp = textOfInstant(Number(raw));
    else keep(event, key, decodeText(raw));
  }
  if (address) {
    if (event.host === undefined) event.host = address;
    else keep(event, 'dvc', address);
  }
  if (slots.size > 0) fillSlots(event, slots);
  finish(event);
}

/** `cn1`, `cs3`, `cs3Label`. */
function isSlot(key: string): boolean {
  if (key.charCodeAt(0) !== 99 || (key.length !== 3 && key.length !== 8)) return false;
  const kind = key.charCodeAt(1);
  const digit = key.charCodeAt(2);
  return (kind === 115 || kind === 110) && digit >= 49 && digit <= 57 && (key.length === 3 || key.endsWith('Label'));
}

function fillSlots(event: NeutralEvent, slots: ReadonlyMap<string, string>): void {
  for (const [slot, raw] of slots) {
    if (slot.length > 3) {
      if (!slots.has(slot.slice(0, 3))) keep(event, slot, raw);
      continue;
    }
    const label = slots.get(`${slot}Label`);
    const place = labels.get(label === undefined ? (slot === 'cn1' ? 'host id' : '') : label.toLowerCase());
    if (!place) keep(event, label ?? slot, decodeText(raw));
    else if (place[1] === 'code') event[place[0]] = wholeOf(raw) ?? decodeText(raw);
    else put(event, label ?? slot, place[0], place[1], raw);
  }
}

/** The first of two wins; what does not fit its key is kept as it came. */
function put(event: NeutralEvent, key: string, field: TextField | NumberField, kind: Kind, raw: string): void {
  if (event[field] !== undefined) {
    keep(event, key, decodeText(raw));
    return;
  }
  if (kind === 'number') {
    const number = wholeOf(raw);
    if (number === undefined) keep(event, key, raw);
    else (event as Record<NumberField, number>)[field as NumberField] = number;
    return;
  }
  if (kind === 'named' && raw.startsWith('N/')) {
    // A published line has `N/TrendMicroDsFileMD5=…`: the end of one value and the next key ran into one.
    if (raw !== 'N/A') keep(event, key, raw);
    return;
  }
  if (field === 'user' && raw.endsWith('...')) {
    // The front of a name names nobody; whoever shortened it says so by the dots.
    keep(event, key, raw);
    event.truncated = true;
    return;
  }
  (event as Record<TextField, string>)[field as TextField] = kind === 'path' ? decodePath(raw) : decodeText(raw);
}

/** What follows from what was read. */
export function finish(event: NeutralEvent): void {
  if (event.action !== undefined) {
    if (event.module === 'intrusion_prevention') event.detect_only = event.action.slice(0, 4).toUpperCase() === 'IDS:';
    else if (event.module === 'application_control') event.detect_only = /^detectonly$/i.test(event.action);
  }
  if (event.module === 'system') fillAlert(event);
}
