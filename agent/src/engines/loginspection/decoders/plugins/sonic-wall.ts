import { type LogEvent, slot } from '../../event.ts';
import { compileOsRegex, type Pattern, Subject } from '../../patterns/index.ts';

const heading = compileOsRegex(String.raw`pri=(\d) c=(\d+) m=(\d+) `);
const endpoints = compileOsRegex(String.raw`src=(\d+.\d+.\d+.\d+):(\d+):\S+ dst=(\d+.\d+.\d+.\d+):(\d+):`);
const request = compileOsRegex(String.raw`result=(\d+) dstname=(\S+) arg=(\S+)$`);

/** Numbers of messages that are about a connection, and what became of it. */
const verdicts: Readonly<Record<string, string>> = {
  98: 'pass',
  597: 'pass',
  598: 'pass',
  36: 'drop',
  37: 'drop',
  38: 'drop',
  173: 'drop',
  174: 'drop',
  537: 'close',
};
const proxyMessage = '97';
const attackCategory = '32';

/**
 * SonicWall's lines: `id=firewall … pri=6 c=262144 m=98 … src=192.0.2.2:36701:WAN dst=198.51.100.1:50000:WAN proto=tcp/50000`. Number of the message
 * and category decide whether the event is one of a firewall, an intrusion system or a proxy. What was read before something misses stays.
 */
export function readSonicWall(event: LogEvent): void {
  event.category = 'syslog';
  const { message } = event;
  const [status, category, id] = find(heading, message, 0)?.captures ?? [];
  if (status === undefined || category === undefined || id === undefined) return;
  event.setField('status', status);
  event.setField('id', id);
  const found = find(endpoints, message, find(heading, message, 0)!.end);
  const [srcip, srcport, dstip, dstport] = found?.captures ?? [];
  if (!found || srcip === undefined || srcport === undefined || dstip === undefined || dstport === undefined) return;
  event.setField('srcip', srcip);
  event.setField('srcport', srcport);
  event.setField('dstip', dstip);
  event.setField('dstport', dstport);
  const protocolAt = readProtocol(event, message.text, found.end);
  if (category === attackCategory) event.category = 'ids';
  else if (verdicts[id]) {
    event.category = 'firewall';
    event.setField('action', verdicts[id]);
  } else if (id === proxyMessage) {
    event.category = 'squid';
    readRequest(event, message, protocolAt);
  }
}

const find = (pattern: Pattern, subject: Subject, from: number) => pattern.match(subject, from);

/** The name behind `proto=`, at most six characters. Gives the place from which the rest is read, or −1 where the line ends before. */
function readProtocol(event: LogEvent, text: string, from: number): number {
  const space = text.indexOf(' ', from);
  if (space < 0) return -1;
  const name = /^proto=([^/]{0,6})/.exec(text.slice(space + 1, space + 20));
  if (!name) return space + 1;
  event.setField('protocol', name[1]!);
  return space + 7 + name[1]!.length;
}

function readRequest(event: LogEvent, message: Subject, from: number): void {
  if (from < 0) return;
  const [result, host, path] = find(request, message, from)?.captures ?? [];
  if (result === undefined) return;
  event.setField('id', result);
  if (host !== undefined && path !== undefined) event.texts[slot.url] = new Subject(`${host}${path}`.slice(0, 2048));
}
