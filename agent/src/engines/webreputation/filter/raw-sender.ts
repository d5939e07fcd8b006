/** Sends whole packets, in whatever name they are, by raw sockets (`raw(7)`, `ipv6(7)`) through the foreign-function package koffi. */
export type RawSender = {
  /** @returns false where the kernel did not take it */
  send(packet: Buffer): boolean;
  close(): void;
};

const [inet, inet6, sockRaw, closeOnExec, anyProtocol] = [2, 10, 3, 0o2000000, 255];
const dontWait = 0x40;

/** @throws Error where there is no right to it, or koffi does not load. A host without IPv6 has the other half. */
export async function openRawSender(): Promise<RawSender> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const socket = library.func('int socket(int, int, int)');
  const sendto = library.func('long sendto(int, void *, size_t, int, void *, unsigned int)');
  const close = library.func('int close(int)');
  const four = socket(inet, sockRaw | closeOnExec, anyProtocol) as number;
  const six = socket(inet6, sockRaw | closeOnExec, anyProtocol) as number;
  if (four < 0) throw new Error('no raw socket can be opened');
  return {
    send(packet) {
      const isFour = packet[0]! >> 4 === 4;
      const address = Buffer.alloc(isFour ? 16 : 28);
      address.writeUInt16LE(isFour ? inet : inet6, 0);
      if (isFour) packet.copy(address, 4, 16, 20);
      else packet.copy(address, 8, 24, 40);
      const fd = isFour ? four : six;
      return fd >= 0 && sendto(fd, packet, packet.length, dontWait, address, address.length) >= 0;
    },
    close() {
      for (const fd of [four, six]) if (fd >= 0) close(fd);
    },
  };
}
