import { type NeutralModule, wholeOf } from './event.ts';

/** The agent's ranges of signature ids, ascending by their last; numbers of the manager are its own (system events). */
const ranges: readonly (readonly [first: number, last: number, module: NeutralModule])[] = [
  [10, 10, 'intrusion_prevention'],
  [20, 21, 'firewall'],
  [30, 30, 'integrity_monitoring'],
  [40, 40, 'log_inspection'],
  [100, 199, 'firewall'],
  [200, 849, 'intrusion_prevention'],
  [850, 854, 'firewall'],
  [855, 899, 'intrusion_prevention'],
  [900, 9_999, 'system'],
  [1_000_000, 1_999_999, 'intrusion_prevention'],
  [2_000_000, 2_999_999, 'integrity_monitoring'],
  [3_000_000, 3_999_999, 'log_inspection'],
  [4_000_000, 4_999_999, 'anti_malware'],
  [5_000_000, 5_999_999, 'web_reputation'],
  [6_000_000, 6_999_999, 'application_control'],
  [7_000_000, 7_999_999, 'device_control'],
];

/** LEEF's `cat`, its blanks and hyphens taken away. */
const categories: Readonly<Record<string, NeutralModule>> = {
  system: 'system',
  antimalware: 'anti_malware',
  firewall: 'firewall',
  intrusionprevention: 'intrusion_prevention',
  integritymonitor: 'integrity_monitoring',
  integritymonitoring: 'integrity_monitoring',
  loginspection: 'log_inspection',
  webreputation: 'web_reputation',
  appcontrol: 'application_control',
  applicationcontrol: 'application_control',
  devicecontrol: 'device_control',
};

/** Product first: the manager's event numbers and the agent's signature ids overlap. */
export function moduleOf(product: string, signatureId: string, category?: string): NeutralModule | undefined {
  if (product.includes('Manager')) return 'system';
  const id = wholeOf(signatureId) ?? -1;
  for (const [first, last, module] of ranges) {
    if (id >= first && id <= last) return module;
  }
  if (category) return categories[category.toLowerCase().replace(/[^a-z]/g, '')];
  return product.includes('Agent') && id >= 0 && id < 900 ? 'system' : undefined;
}

/** SNS's `EventType`. */
export const eventTypes: Readonly<Record<string, NeutralModule>> = {
  SystemEvent: 'system',
  AgentEvent: 'system',
  PacketLog: 'firewall',
  PayloadLog: 'intrusion_prevention',
  AntiMalwareEvent: 'anti_malware',
  WebReputationEvent: 'web_reputation',
  IntegrityEvent: 'integrity_monitoring',
  LogInspectionEvent: 'log_inspection',
  AppControlEvent: 'application_control',
  DeviceControlEvent: 'device_control',
};
