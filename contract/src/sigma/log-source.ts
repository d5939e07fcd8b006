import { SigmaFault, SigmaLeftOut, type SigmaPlace } from './fault.ts';
import type { SigmaSource } from './model.ts';
import { textOf, type YamlMap } from './yaml.ts';

/** What of Sigma's log sources an agent reads. `definition` and the like are for people. */
export function readLogSource(map: YamlMap, place: SigmaPlace): SigmaSource {
  const [product, category, service] = ['product', 'category', 'service'].map((key) => textOf(map, key)?.toLowerCase());
  if (!product && !category && !service)
    throw new SigmaFault(place, '`logsource` needs `product`, `category` or `service`');
  const source = sourceOf(product, category, service);
  if (source) return source;
  const named = [product && `product ${product}`, category && `category ${category}`, service && `service ${service}`];
  throw new SigmaLeftOut(place, `the agent reads no such log: ${named.filter(Boolean).join(', ')}`);
}

function sourceOf(
  product: string | undefined,
  category: string | undefined,
  service: string | undefined,
): SigmaSource | undefined {
  const isWeb = product === undefined || product === 'apache' || product === 'nginx' || product === 'linux';
  if (category === 'webserver') return isWeb && service === undefined ? 'webserver' : undefined;
  if (category !== undefined) {
    const isAudited = product === 'linux' && (service === undefined || service === 'auditd');
    return isAudited ? audited.find((name) => name === category) : undefined;
  }
  if (product === 'apache' || product === 'nginx')
    return service === undefined || service === 'error' || service === product ? product : undefined;
  if (product !== undefined && product !== 'linux') return undefined;
  return service === undefined ? 'linux' : services.find((name) => name === service);
}

const audited = ['process_creation', 'file_event', 'network_connection'] as const;
const services = [
  ...(['syslog', 'auth', 'sshd', 'sudo', 'su', 'cron', 'auditd', 'clamav', 'vsftpd', 'guacamole'] as const),
  ...(['systemd', 'kernel', 'apache', 'nginx'] as const),
] as const;

/** Fields of lines that have no others: a rule on something else there would never match, or always. */
const known: Partial<Record<SigmaSource, readonly string[]>> = {
  webserver: [
    ...['c-ip', 'c-dns', 'cs-username', 'cs-method', 'cs-uri', 'cs-uri-stem', 'cs-uri-query', 'cs-version', 'cs-host'],
    ...['sc-status', 'sc-bytes', 'cs-referer', 'cs-referrer', 'cs-user-agent', 'c-useragent', 'c-uri'],
    ...['c-uri-query', 'c-uri-stem', 'src_ip', 'clientip'],
  ],
  process_creation: [
    ...['Image', 'CommandLine', 'CurrentDirectory', 'ProcessId', 'ParentProcessId', 'ParentImage'],
    ...['ParentCommandLine', 'User', 'LogonId'],
  ],
  file_event: ['Image', 'TargetFilename', 'CurrentDirectory', 'ProcessId', 'User'],
  network_connection: ['Image', 'DestinationIp', 'DestinationPort', 'Initiated', 'ProcessId', 'User'],
};

/** @returns the reason why a rule with this field cannot be carried out, or undefined */
export function problemOfField(source: SigmaSource, field: string): string | undefined {
  const fields = known[source];
  if (!fields || fields.includes(field)) return undefined;
  return `the log gives no field \`${field}\`: of ${source} it gives ${fields.join(', ')}`;
}
