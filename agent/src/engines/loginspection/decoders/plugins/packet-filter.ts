import type { LogEvent } from '../../event.ts';

/**
 * Lines of OpenBSD's `pf`: `rule 3/(match) pass out on xl0: 192.0.2.10.1514 > 198.51.100.7.1030:  udp 73`. An address of four numbers has its port
 * behind one more dot. What does not fit is left where it stands; what was read before it stays, as in OSSEC.
 */
export function readPacketFilter(event: LogEvent): void {
  const { text } = event.message;
  const closed = text.indexOf(')');
  if (closed < 0 || text[closed + 1] !== ' ') return;
  const verdict = text[closed + 2];
  if (verdict !== 'p' && verdict !== 'b') return;
  event.setField('action', verdict === 'p' ? 'pass' : 'block');
  const colon = text.indexOf(':', closed + 2);
  if (colon < 0 || text[colon + 1] !== ' ') return;
  const sourceEnd = text.indexOf(' ', colon + 2);
  if (sourceEnd < 0) return;
  setEndpoint(event, text.slice(colon + 2, sourceEnd), 'srcip', 'srcport');
  if (!text.startsWith('> ', sourceEnd + 1)) return;
  const targetEnd = text.indexOf(':', sourceEnd + 3);
  if (targetEnd < 0) return;
  setEndpoint(event, text.slice(sourceEnd + 3, targetEnd), 'dstip', 'dstport');
  const protocol = text.slice(targetEnd + 1).replace(/^ +/, '')[0];
  if (protocol) event.setField('protocol', protocol === 'u' ? 'UDP' : protocol === 'i' ? 'ICMP' : 'TCP');
}

function setEndpoint(event: LogEvent, text: string, address: 'srcip' | 'dstip', port: 'srcport' | 'dstport'): void {
  const parts = text.split('.');
  event.setField(address, parts.slice(0, 4).join('.'));
  if (parts.length > 4) event.setField(port, parts.slice(4).join('.'));
}
