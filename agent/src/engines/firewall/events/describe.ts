import { ownRule } from '@sakimori/contract/rule-names';
import type { DetectionDraft } from '../../engine.ts';
import type { EventMeaning } from '../compile/event-key.ts';
import { protocolName, type SeenPacket } from './decode.ts';

/** One packet of an event, with where it went. */
export type SeenEvent = {
  readonly meaning: EventMeaning;
  readonly packet: SeenPacket;
  readonly direction: 'incoming' | 'outgoing';
  readonly interfaceName: string | undefined;
  readonly hardware: string | undefined;
  readonly uid: number | undefined;
  /** The packet's bytes in hexadecimal, where the policy wants them. */
  readonly data: string | undefined;
};

/** Whose doing the event is: what its alert is grouped by. */
export const otherEnd = ({ direction, packet }: SeenEvent): string =>
  direction === 'incoming' ? packet.source : packet.destination;

/** @param packets how many packets like this one the detection stands for */
export function draftOf(event: SeenEvent, packets: number): DetectionDraft {
  const { meaning, packet, direction, interfaceName, hardware, uid, data } = event;
  const what = kindOf(meaning);
  const { source, destination, sourcePort, destinationPort, tcpFlags, icmpType, icmpCode } = packet;
  return {
    ...what,
    ...verdictOf(meaning),
    severity: severityOf(meaning),
    title: `${what.rule.name}: ${protocolName(packet.protocol)} ${endText(source, sourcePort)} to ${endText(destination, destinationPort)}`,
    subject: otherEnd(event),
    source: { address: source, ...(sourcePort === undefined ? {} : { port: sourcePort }) },
    destination: { address: destination, ...(destinationPort === undefined ? {} : { port: destinationPort }) },
    facts: {
      direction,
      protocol: protocolName(packet.protocol),
      packets,
      bytes: packet.bytes,
      ...(tcpFlags === undefined ? {} : { tcpFlags }),
      ...(icmpType === undefined ? {} : { icmpType, icmpCode: icmpCode ?? 0 }),
      ...(interfaceName ? { interface: interfaceName } : {}),
      ...(hardware ? { hardwareAddress: hardware } : {}),
      ...(uid === undefined ? {} : { uid }),
      ...checkOf(meaning),
    },
    ...(meaning.key.startsWith('probe.') ? { attack: ['T1046'] } : {}),
    ...(data ? { raw: data } : {}),
  };
}

/** Packets of an event that were counted and not logged one by one, because there were more than the policy lets be logged. */
export function unloggedDraft(meaning: EventMeaning, packets: number): DetectionDraft {
  const what = kindOf(meaning);
  return {
    ...what,
    ...verdictOf(meaning),
    severity: 'informational',
    title: `${what.rule.name}: ${packets} more packets, not logged one by one`,
    facts: { packets, unlogged: true, ...checkOf(meaning) },
  };
}

const kinds = {
  policy: 'firewall.out_of_policy',
  state: 'firewall.no_connection',
  evasion: 'firewall.evasion',
  sanity: 'firewall.malformed',
  probe: 'firewall.scan',
  blocked: 'firewall.blocked',
  connection: 'firewall.logged',
  isolated: 'firewall.out_of_policy',
} as const;

function kindOf({ key, rule, isDenied }: EventMeaning): Pick<DetectionDraft, 'kind' | 'rule'> {
  if (rule) {
    const { id, name } = rule;
    const isLogOnly = rule.action === 'log-only';
    return {
      kind: isLogOnly || !isDenied ? 'firewall.logged' : 'firewall.denied',
      rule: { id: String(id), name: name.en, nameJa: name.ja },
    };
  }
  const kind = kinds[key.split('.')[0] as keyof typeof kinds];
  return { kind, rule: ownRule(`firewall.${key}`, kind) };
}

/** Which of the checks it was; of rules the rule says it. */
const checkOf = ({ key, rule }: EventMeaning): { check?: string } => (rule ? {} : { check: key });

const verdictOf = ({ isDenied }: EventMeaning): Pick<DetectionDraft, 'mode' | 'action' | 'actionResult'> =>
  isDenied
    ? { mode: 'prevent', action: 'denied', actionResult: 'success' }
    : { mode: 'detect', action: 'observed', actionResult: 'none' };

function severityOf({ isAlert, isDenied }: EventMeaning): DetectionDraft['severity'] {
  if (isAlert) return 'medium';
  return isDenied ? 'low' : 'informational';
}

function endText(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
