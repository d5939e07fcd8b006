import { type Severity, severityOfLevel } from '@sakimori/contract';
import type { NeutralEvent } from '@sakimori/contract/intake/index';

const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

const order: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];
const atLeast = (least: Severity, severity: Severity): Severity =>
  order.indexOf(severity) < order.indexOf(least) ? least : severity;

/** Of CEF and LEEF: 0 to 10, whatever the module. */
function ofTen(value: number | undefined): Severity {
  if (value === undefined) return 'low';
  if (value >= 9) return 'critical';
  if (value >= 7) return 'high';
  if (value >= 4) return 'medium';
  return value === 0 ? 'informational' : 'low';
}

/** The console's own scale of 1 to 4, which SNS passes on for rules. */
const ofFour = (value: number | undefined): Severity =>
  (['low', 'low', 'medium', 'high', 'critical'] as const)[value ?? 1] ?? 'critical';

const ofRisk: Readonly<Record<number, Severity>> = { 2: 'medium', 3: 'high', 4: 'critical', 5: 'low', 6: 'low' };

/**
 * What a sender's severity means here. Numbers of one scale mean other things in each module; a packet that the firewall dropped alerts nobody, as our
 * own firewall's does not; what anti-malware did not get rid of is worse than what it did.
 */
export function severityOf(event: NeutralEvent): Severity {
  const { format, module, severity } = event;
  const told = format === 'sns' ? ofSns(event) : ofTen(severity);
  if (module === 'system' && format !== 'sns' && severity === 3) return alertSeverity(event) ?? 'informational';
  if (module === 'system') return alertSeverity(event) ?? told;
  if (module === 'firewall')
    return isReconnaissance(event) ? atLeast('medium', told) : severity === 0 ? 'informational' : 'low';
  if (module === 'anti_malware') return atLeast(isRemoved(event) ? 'medium' : 'high', told);
  return told;
}

function ofSns({ module, severity, extra }: NeutralEvent): Severity {
  if (module === 'system')
    return (['informational', 'informational', 'medium', 'high'] as const)[severity ?? 1] ?? 'high';
  if (module === 'log_inspection') return severityOfLevel(numberOf(extra?.['OSSEC_Level']) ?? 0);
  if (module === 'web_reputation') return ofRisk[numberOf(extra?.['Risk']) ?? 5] ?? 'low';
  if (module === 'anti_malware') return 'medium';
  return ofFour(severity);
}

/** Alerts of the manager are told by system events; one that ended is no alert. */
function alertSeverity({ alert_state: state, alert_severity: word }: NeutralEvent): Severity | undefined {
  if (state === undefined) return undefined;
  if (state === 'ended') return 'informational';
  return /critical/i.test(word ?? '') ? 'high' : 'medium';
}

const isReconnaissance = ({ signature_id: id, name }: NeutralEvent): boolean =>
  /^85[0-4]$/.test(id ?? '') ||
  /^(Computer OS Fingerprint|Network or Port Scan|TCP (Null|SYNFIN|Xmas))/i.test(name ?? '');

/** Cleaned, deleted, quarantined or shut out; what was passed, or says nothing, is still there. */
export const isRemoved = ({ action, result }: NeutralEvent): boolean =>
  /delet|clean|quarantin|deny|denied|terminat/i.test(result ?? action ?? '') && !/fail|pass/i.test(result ?? '');
