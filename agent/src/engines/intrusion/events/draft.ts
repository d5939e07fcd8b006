import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import { toInstant } from '../../../clock.ts';
import type { FlowProcess } from '../../../flow-process/flow.ts';
import type { DetectionDraft } from '../../engine.ts';
import type { AlertEvent } from './alert-event.ts';
import { excerptOf, maskedUrl } from './excerpt.ts';

export type FlowDirection = 'incoming' | 'outgoing' | 'forwarded';

/** What is known of an alert besides what Suricata says. */
export type AlertCircumstances = {
  readonly mode: 'prevent' | 'detect';
  readonly direction: FlowDirection;
  readonly process?: FlowProcess | undefined;
};

export function directionOf({ source, destination }: AlertEvent, own: ReadonlySet<string>): FlowDirection {
  if (own.has(source.address)) return 'outgoing';
  return own.has(destination.address) ? 'incoming' : 'forwarded';
}

/** A detection of one alert: `source` opened the connection to `destination`; the rule's alerts are grouped by the one who is not this host. */
export function draftOfAlert(event: AlertEvent, rule: IntrusionPolicyRule, about: AlertCircumstances): DetectionDraft {
  const { direction, process, mode } = about;
  const url = urlOf(event);
  return {
    kind: 'intrusion.matched',
    occurredAt: toInstant(event.atMs),
    rule: { id: `intrusion:${rule.id}`, name: rule.name.en, ...(rule.name.ja ? { nameJa: rule.name.ja } : {}) },
    severity: severityOf(rule),
    title: `${event.isBlocked ? 'Blocked' : 'Detected'}: ${rule.name.en}`.slice(0, 500),
    mode,
    action: event.isBlocked ? 'denied' : 'observed',
    actionResult: event.isBlocked ? 'success' : 'none',
    subject: (direction === 'outgoing' ? event.destination : event.source).address,
    source: event.source,
    destination: { ...event.destination, ...nameOf(event) },
    ...(url ? { url: { value: url } } : {}),
    ...(process ? processPart(process) : {}),
    ...(rule.attack?.length ? { attack: [...rule.attack] } : {}),
    facts: {
      ...{ sid: `${rule.sid}`, ruleId: `${rule.id}`, direction },
      ...factsOf(event),
      ...ruleFacts(rule),
      ...(process ? processFacts(process) : {}),
    },
    ...(rule.includePacketData && event.payload ? { raw: excerptOf(event.payload) } : {}),
  };
}

/** Whoever set the rule's alert wants to hear of it: from medium on a detection opens an alert. */
export const severityOf = ({ severity, alert }: IntrusionPolicyRule): IntrusionPolicyRule['severity'] =>
  alert && (severity === 'low' || severity === 'informational') ? 'medium' : severity;

function nameOf({ http, tls }: AlertEvent): { name?: string } {
  const name = tls?.serverName ?? http?.host;
  return name ? { name } : {};
}

function urlOf({ http, destination }: AlertEvent): string | undefined {
  if (!http?.url) return undefined;
  const { address, port = 80 } = destination;
  const place = http.host ?? (address.includes(':') ? `[${address}]` : address);
  return maskedUrl(`http://${place}${port === 80 || place.endsWith(`:${port}`) ? '' : `:${port}`}${http.url}`).slice(
    0,
    2048,
  );
}

function factsOf({ protocol, appProtocol, interfaceName, http, tls, dnsName, source, toServer }: AlertEvent) {
  return {
    protocol,
    ipVersion: source.address.includes(':') ? 6 : 4,
    packetDirection: toServer ? 'to_server' : 'to_client',
    ...(appProtocol && appProtocol !== 'failed' ? { appProtocol } : {}),
    ...(interfaceName ? { interface: interfaceName } : {}),
    ...(http?.method ? { httpMethod: http.method } : {}),
    ...(http?.host ? { httpHost: http.host } : {}),
    ...(http?.userAgent ? { userAgent: maskedUrl(http.userAgent) } : {}),
    ...(http?.status ? { httpStatus: `${http.status}` } : {}),
    ...(tls?.serverName ? { tlsServerName: tls.serverName } : {}),
    ...(tls?.version ? { tlsVersion: tls.version } : {}),
    ...(tls?.ja3 ? { ja3: tls.ja3 } : {}),
    ...(tls?.ja4 ? { ja4: tls.ja4 } : {}),
    ...(dnsName ? { dnsName } : {}),
  };
}

const ruleFacts = ({ CVE, CVSSScore, applicationType }: IntrusionPolicyRule) => ({
  ...(CVE?.length ? { cve: CVE.join(', ').slice(0, 1000) } : {}),
  ...(CVSSScore ? { cvss: CVSSScore } : {}),
  ...(applicationType ? { applicationType } : {}),
});

/** The name alone where the program had ended before it could be read. */
function processPart({ pid, path, commandLine, user }: FlowProcess): Partial<DetectionDraft> {
  return {
    process: { pid, ...(path ? { path } : {}), ...(commandLine ? { commandLine } : {}) },
    ...(user ? { user } : {}),
  };
}

const processFacts = ({ name, parent }: FlowProcess) => ({
  ...(name ? { processName: name } : {}),
  ...(parent ? { parentProcess: `${parent.path ?? parent.name ?? ''} (PID ${parent.pid})`.trim().slice(0, 1000) } : {}),
});
