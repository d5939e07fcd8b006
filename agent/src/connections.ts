import { readFile } from 'node:fs/promises';
import { readAddress } from './inventory/proc-net.ts';

/** A detail of a task is at most so long. */
const detailMax = 480;
/** State ESTABLISHED of proc_net_tcp(5). */
const established = '01';

/**
 * Which TCP connections are open with whom, those within the host left out: what an isolation would cut (S73). Read by the manager as well as by people.
 * @returns `5 open connections: 192.0.2.5 ×3, 2001:db8::7 ×2`, cut at a peer
 */
export async function listConnections(folder = '/proc/net'): Promise<string> {
  const texts = await Promise.all(
    ['tcp', 'tcp6'].map((table) => readFile(`${folder}/${table}`, 'utf8').catch(() => '')),
  );
  const counts = new Map<string, number>();
  for (const line of texts.join('\n').split('\n')) {
    const [, , remote, state] = line.trim().split(/\s+/);
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}$/.exec(remote ?? '');
    if (!match || state !== established) continue;
    const address = readAddress(match[1]!);
    if (/^127\.|^::1$/.test(address)) continue;
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const count = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const peers = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  let text = `${count} open connections`;
  for (const [index, [address, times]] of peers.entries()) {
    const next = `${text}${index === 0 ? ': ' : ', '}${address} ×${times}`;
    if (next.length > detailMax) break;
    text = next;
  }
  return text;
}
