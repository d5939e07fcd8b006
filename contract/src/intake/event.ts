// The neutral event: what a Trend manager or agent told, whichever of its formats it came in. A key is there only where the delivery had its value.

export const neutralModules = [
  'anti_malware',
  'intrusion_prevention',
  'firewall',
  'web_reputation',
  'integrity_monitoring',
  'log_inspection',
  'application_control',
  'device_control',
  'system',
] as const;
export type NeutralModule = (typeof neutralModules)[number];

/** Recognised, and no part of the service (S13): they are told apart, counted and kept raw. */
export const modulesOutOfScope: ReadonlySet<NeutralModule> = new Set(['application_control', 'device_control']);

export type IntakeFormat = 'cef' | 'leef' | 'sns';

type Texts =
  | ('product' | 'product_version' | 'timestamp' | 'timestamp_raw' | 'syslog_host' | 'host' | 'host_id')
  | ('signature_id' | 'name' | 'action' | 'result' | 'action_reason' | 'direction' | 'scan_type')
  | ('src_ip' | 'src_mac' | 'src_host' | 'dst_ip' | 'dst_mac' | 'protocol' | 'frame_type')
  | ('tcp_flags' | 'fragmentation' | 'icmp' | 'ips_note' | 'container' | 'xff' | 'packet_data')
  | ('user' | 'target_user' | 'target' | 'target_id' | 'target_type')
  | ('file_path' | 'old_file_path' | 'infected_resource' | 'process' | 'command_line' | 'md5' | 'sha1' | 'sha256')
  | ('url' | 'message' | 'rule_description' | 'log_source')
  | ('cve' | 'mitre' | 'behavior_rule_id' | 'behavior_type')
  | ('malware_target' | 'malware_target_type' | 'relevant_detections')
  | ('device' | 'device_vendor' | 'device_model' | 'device_serial')
  | ('tenant' | 'tenant_id' | 'tags')
  | ('alert_name' | 'alert_subject' | 'alert_severity');

type Numbers =
  | ('syslog_pri' | 'severity' | 'src_port' | 'dst_port' | 'bytes_in' | 'bytes_out' | 'count')
  | ('file_size' | 'quarantine_size' | 'detection_confidence');

export type TextField = Texts;
export type NumberField = Numbers;

export type NeutralEvent = { format: IntakeFormat; module?: NeutralModule } & { [field in Texts]?: string } & {
  [field in Numbers]?: number;
} & {
  /** A code where it is a number; some senders write the word. */
  resource_type?: number | string;
  risk_level?: number | string;
  detect_only?: boolean;
  alert_state?: 'started' | 'changed' | 'ended';
  /** What no other key holds, under the sender's own name (a custom slot under its label). */
  extra?: Record<string, unknown>;
  /** The record ends before its header does, or was longer than what is read. */
  truncated?: true;
};

/** Keeps what has no key of its own; a name that came twice keeps its first value, and a name like `__proto__` is only a name. */
export function keep(event: NeutralEvent, name: string, value: unknown): void {
  if (value === '' || value === null || value === undefined) return;
  event.extra ??= Object.create(null) as Record<string, unknown>;
  if (!(name in event.extra)) event.extra[name] = value;
}

/** A whole number as it is written; anything else is none. */
export function wholeOf(value: string): number | undefined {
  if (value.length === 0 || value.length > 15) return undefined;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code < 48 || code > 57) return undefined;
  }
  return Number(value);
}
