import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { asker } from '@sakimori/agent/engines/firewall/test-site';
import type { TestNetwork } from '@sakimori/agent/test-network';

/** Under this address agents in a network of their own reach their manager, as in a cluster. */
export const translated = '10.79.0.1';

/** A manager on this machine's loopback, reached from a network that has no way there: over a socket in the file system. */
export async function joinManager(network: TestNetwork, path: string, port: number): Promise<Server> {
  const relay = createServer((inner) => {
    const outer = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const)
      from.on('error', () => to.destroy()).pipe(to);
  }).listen(path);
  await once(relay, 'listening');
  const inside = `const { connect, createServer } = require('node:net');
createServer((inner) => {
  const outer = connect(${JSON.stringify(path)});
  for (const [from, to] of [[inner, outer], [outer, inner]]) from.on('error', () => to.destroy()).pipe(to);
}).listen(${port}, ${JSON.stringify(asker)}, () => console.log(JSON.stringify({ ready: true })));`;
  const peer = network.start(network.client, process.execPath, ['-e', inside]);
  await peer.ask({});
  network.run(network.server, 'ip', ['route', 'add', 'default', 'via', asker]);
  const nat = `table ip balancer {
chain leaving {
type nat hook output priority -100; policy accept;
ip daddr ${translated} tcp dport ${port} dnat to ${asker}
}
}
`;
  network.run(network.server, 'nft', ['-f', '-'], nat);
  return relay;
}
