import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyPacket } from '../arbitraries.ts';
import { packetsOf } from '../netlink/packet-log.ts';
import { encodeFrame, protocolOf } from '../packet.ts';
import { decodePacket } from './decode.ts';

const ethernetBytes = ({ vlan }: { readonly vlan?: number | undefined }): number => (vlan === undefined ? 14 : 18);

test('a packet is read as it was made, and one that is cut off anywhere is no fault', () => {
  fc.assert(
    fc.property(anyPacket, fc.nat(120), (packet, bytes) => {
      const whole = encodeFrame(packet).subarray(ethernetBytes(packet.ethernet));
      decodePacket(whole.subarray(0, bytes));
      const ip = packet.ipv4 ?? packet.ipv6;
      if (!ip) return;
      const seen = decodePacket(whole);
      assert.equal(seen?.protocol, protocolOf(packet));
      assert.deepEqual([seen.source, seen.destination], [ip.source, ip.destination]);
      const isWhole = (ip.fragment?.offset ?? 0) === 0;
      const ports = isWhole ? (packet.tcp ?? packet.udp ?? packet.ports) : undefined;
      assert.deepEqual([seen.sourcePort, seen.destinationPort], [ports?.source, ports?.destination]);
      const control = isWhole ? (packet.icmp ?? packet.icmpv6) : undefined;
      assert.deepEqual([seen.icmpType, seen.icmpCode], [control?.type, control?.code]);
    }),
    { numRuns: 1000 },
  );
});

test('whatever bytes come, reading them ends and throws nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(0x45, 0x4f, 0x60, 0x00), (bytes, first) => {
      const payload = Buffer.from([first, ...bytes]);
      decodePacket(payload);
      assert.ok([...packetsOf(payload)].length <= 20);
    }),
    { numRuns: 2000 },
  );
});
