import type { KnownLists } from '../rules/list-condition.ts';
import { dataFault } from './fault.ts';
import { readBytes } from './read-file.ts';

/** Reads lists under the names that rules use: as written in the configuration, with `rules/` where it names no folder, and with `.cdb` behind. */
export function readLists(files: readonly { readonly name: string; readonly path: string }[]): KnownLists {
  const lists = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, path } of files) {
    const list = path.endsWith('.cdb') ? readCdb(path) : readText(readBytes(path).toString('utf8'));
    const plain = (name.includes('/') ? name : `rules/${name}`).replace(/\.cdb$/, '');
    for (const known of [plain, `${plain}.cdb`]) if (!lists.has(known)) lists.set(known, list);
  }
  return lists;
}

/** `key:value`, one a line. */
function readText(text: string): ReadonlyMap<string, string> {
  const list = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    const key = colon < 0 ? line.trim() : line.slice(0, colon);
    if (key !== '' && !list.has(key)) list.set(key, colon < 0 ? '' : line.slice(colon + 1).replace(/\r$/, ''));
  }
  return list;
}

/** A constant database as D. J. Bernstein defined it: 256 pointers to hash tables, then the records, up to the first table. */
function readCdb(path: string): ReadonlyMap<string, string> {
  const bytes = readBytes(path);
  if (bytes.length < 2048) throw dataFault(`${path} is no constant database`);
  let end = bytes.length;
  for (let table = 0; table < 256; table++) end = Math.min(end, bytes.readUInt32LE(table * 8));
  const list = new Map<string, string>();
  for (let at = 2048; at + 8 <= end; ) {
    const keyEnd = at + 8 + bytes.readUInt32LE(at);
    const valueEnd = keyEnd + bytes.readUInt32LE(at + 4);
    if (valueEnd > end) throw dataFault(`${path} is damaged: a record goes beyond the records`);
    const key = bytes.toString('utf8', at + 8, keyEnd);
    if (!list.has(key)) list.set(key, bytes.toString('utf8', keyEnd, valueEnd));
    at = valueEnd;
  }
  return list;
}
