/**
 * Address and port of a `sockaddr` as the kernel's audit writes it, in hexadecimal (ip(7), ipv6(7)): the family in the machine's own order, little
 * end first, and behind it the port in the network's. Undefined for other families.
 */
export function readSocketAddress(hex: string): { readonly ip: string; readonly port: number } | undefined {
  if (!/^[0-9A-Fa-f]{16,256}$/.test(hex) || hex.length % 2 === 1) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(2);
  if (family === 2) return { ip: [...bytes.subarray(4, 8)].join('.'), port };
  if (family !== 10 || bytes.length < 24) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(8 + index * 2).toString(16));
  const written = new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written);
  return { ip: mapped ? [...bytes.subarray(20, 24)].join('.') : written, port };
}
