import { Refusal, triedCaptureBytesMax } from '@sakimori/contract';

const refused = (detail: string): Refusal => new Refusal('capture_refused', { detail });

/** A capture as it was sent. @throws Refusal `capture_refused`, in base64 or larger than 20 MiB as well */
export function decodeCapture(content: string): Buffer {
  const capture = Buffer.from(content, 'base64');
  // What is no base64 is passed over by the decoder.
  if (Math.ceil(capture.length / 3) * 4 !== content.length) throw refused('it is not encoded in base64');
  if (capture.length > triedCaptureBytesMax) throw refused(`it is larger than ${triedCaptureBytesMax >> 20} MiB`);
  return capture;
}

/** Packets of a pcap or pcapng file. One that breaks off at its end is counted as far as it goes. @throws Refusal `capture_refused` */
export function countPackets(capture: Buffer): number {
  if (capture.length < 24) throw refused('it is too short');
  const magic = capture.readUInt32LE(0);
  if (magic === 0x0a0d0d0a) return countBlocks(capture);
  const isLittle = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const big = capture.readUInt32BE(0);
  if (!isLittle && big !== 0xa1b2c3d4 && big !== 0xa1b23c4d) throw refused('it does not begin as one');
  let packets = 0;
  for (let at = 24; at + 16 <= capture.length; packets++) {
    const length = isLittle ? capture.readUInt32LE(at + 8) : capture.readUInt32BE(at + 8);
    if (length > packetBytesMax) throw refused(`packet ${packets + 1} says that it has ${length} bytes`);
    at += 16 + length;
  }
  if (packets === 0) throw refused('it holds no packet');
  return packets;
}

/** What libpcap takes as one packet. */
const packetBytesMax = 262_144;
const packetBlocks = [2, 3, 6];

function countBlocks(capture: Buffer): number {
  const order = capture.readUInt32LE(8);
  if (order !== 0x1a2b3c4d && order !== 0x4d3c2b1a) throw refused('its first block is none of pcapng');
  const read = (at: number) => (order === 0x1a2b3c4d ? capture.readUInt32LE(at) : capture.readUInt32BE(at));
  let packets = 0;
  for (let at = 0; at + 12 <= capture.length; ) {
    const length = read(at + 4);
    if (length < 12 || length % 4 !== 0) throw refused(`the block at byte ${at} has no length`);
    if (packetBlocks.includes(read(at))) packets++;
    at += length;
  }
  if (packets === 0) throw refused('it holds no packet');
  return packets;
}
