import { readRuleText } from '../policies/index.ts';

/** Parts of traffic that stored detections tell of, by Suricata's names. */
const stored = new Set([
  ...['http.uri', 'http.uri.raw', 'http_uri', 'http_raw_uri', 'uricontent', 'http.method', 'http_method'],
  ...['http.host', 'http.host.raw', 'http_host', 'http.user_agent', 'http_user_agent', 'http.stat_code'],
  ...['tls.sni', 'tls_sni', 'dns.query', 'dns_query', 'http.request_line', 'http.protocol'],
]);
/** What a match may look into, if it is named. */
const buffer =
  /^(?:(?:http|tls|dns|file|ssh|smb|smtp|ftp|krb5|sip|snmp|mqtt|rfb|quic|ja3|ja4|tcp|udp|ipv4|ipv6|icmp)[._]\w|pkt_data|file_data|raw_data)/;

/** Whether a rule looks into what was said and detections do not keep: contents of a message, heads other than Host and User-Agent. */
export function looksBeyondStored(text: string): boolean {
  let at = 'payload';
  for (const [name, option] of readRuleText(text, 'The rule').options) {
    if (buffer.test(name) && !option.includes(':')) at = name;
    if ((name === 'content' || name === 'pcre' || name === 'byte_test') && !stored.has(at)) return true;
  }
  return false;
}
