import { readFile } from 'node:fs/promises';

/**
 * Datagrams that the kernel let go because nobody took them in time (proc(5), `/proc/net/udp`, last column), over the sockets of a port.
 * @returns nothing where the kernel does not tell (no Linux)
 */
export async function udpDrops(port: number, folder = '/proc/net'): Promise<number | undefined> {
  const tables = await Promise.all(
    ['udp', 'udp6'].map((name) => readFile(`${folder}/${name}`, 'utf8').catch(() => '')),
  );
  if (tables.every((table) => table === '')) return undefined;
  return tables.reduce((sum, table) => sum + dropsIn(table, port), 0);
}

/** Lines are `sl local_address rem_address … drops`; the port is in hexadecimal behind the address. */
function dropsIn(table: string, port: number): number {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(wanted))
    .reduce((sum, columns) => sum + (Number(columns.at(-1)) || 0), 0);
}
