import { networkInterfaces } from 'node:os';

/** What of the host's network the engine depends on. */
export type HostNetwork = {
  /** In CIDR, each address by itself, sorted; without loopback. */
  readonly homeNet: readonly string[];
  /** Interfaces that are up and have an address, sorted; without loopback. */
  readonly interfaces: readonly string[];
  readonly addresses: ReadonlySet<string>;
};

export function readHostNetwork(): HostNetwork {
  const found = Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
    entries
      .filter(({ internal }) => !internal)
      .map(({ address, family }) => ({ name, address: address.split('%')[0]!, family })),
  );
  return {
    homeNet: [...new Set(found.map(({ address, family }) => `${address}/${family === 'IPv6' ? 128 : 32}`))].sort(),
    // A bridge's ports have no address; what goes over them is seen on the bridge.
    interfaces: [...new Set(found.map(({ name }) => name))].sort(),
    addresses: new Set([...found.map(({ address }) => address), '127.0.0.1', '::1']),
  };
}
