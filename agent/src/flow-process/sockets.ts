import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LocalFlow } from './flow.ts';

/** The inode of the socket at this end of a connection, from the kernel's own lists; undefined where it is gone. */
export async function inodeOf(flow: LocalFlow): Promise<number | undefined> {
  const isSix = flow.local.address.includes(':');
  const lists = isSix ? [`${flow.protocol}6`] : [flow.protocol, `${flow.protocol}6`];
  for (const list of lists) {
    const text = await readFile(`/proc/net/${list}`, 'utf8').catch(() => '');
    const found = findRow(text, flow, list.endsWith('6'));
    if (found) return found;
  }
  return undefined;
}

/** A row of `/proc/net/tcp` and its likes. A datagram socket that is not connected knows only its own port. */
export function findRow(text: string, flow: LocalFlow, isSix: boolean): number | undefined {
  const write = (address: string, port: number) =>
    `${hexOf(address, isSix)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const local = write(flow.local.address, flow.local.port);
  const peer = write(flow.peer.address, flow.peer.port);
  const [portAlone] = [local.slice(local.indexOf(':'))];
  let open: number | undefined;
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const inode = Number(columns[9]);
    if (!inode) continue;
    if (columns[1] === local && columns[2] === peer) return inode;
    if (flow.protocol === 'udp' && columns[1]?.endsWith(portAlone) && /^0+:0000$/.test(columns[2] ?? '')) open = inode;
  }
  return open;
}

/** As the kernel prints addresses there: words of 32 bits in the order of the machine's bytes. */
function hexOf(address: string, isSix: boolean): string {
  const bytes = address.includes(':') ? bytesOfSix(address) : Buffer.from(address.split('.').map(Number));
  const all =
    isSix && bytes.length === 4 ? Buffer.concat([Buffer.from('00000000000000000000ffff', 'hex'), bytes]) : bytes;
  const words = Array.from({ length: all.length / 4 }, (_, index) =>
    Buffer.from(all.subarray(index * 4, index * 4 + 4)).reverse(),
  );
  return Buffer.concat(words).toString('hex').toUpperCase();
}

function bytesOfSix(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const words = (text: string) => (text ? text.split(':').map((word) => Number.parseInt(word, 16)) : []);
  const [before, after] = [words(head), words(tail ?? '')];
  const middle = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [index, word] of [...before, ...middle, ...after].entries()) bytes.writeUInt16BE(word & 0xffff, index * 2);
  return bytes;
}

/** Looked through at most, youngest processes first: a short-lived one is among them. */
const processesMax = 3000;

/** Which process holds a socket. Reads the descriptors of many processes. */
export async function holderOf(inode: number): Promise<number | undefined> {
  const wanted = `socket:[${inode}]`;
  const processes = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .sort((a, b) => b - a)
    .slice(0, processesMax);
  for (const [index, pid] of processes.entries()) {
    // Others get their turn.
    if (index % 50 === 49) await new Promise((done) => setImmediate(done));
    if (holds(pid, wanted)) return pid;
  }
  return undefined;
}

function holds(pid: number, wanted: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`) === wanted;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
