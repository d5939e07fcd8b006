import { type Gather, gatherByStart, joinLines } from './record.ts';

/**
 * Alerts of Snort's `full` mode, each a block of lines, as one line: signature, classification, and who spoke to whom without the time before it; so that
 * decoders for the one-line form read it.
 */
export const gatherSnortFull: Gather = gatherByStart((line) => line.startsWith('[**] '), {
  linesMax: 40,
  join([first = '', ...others]) {
    if (!first.startsWith('[**] ')) return undefined;
    const classes = others.filter((line) => line.startsWith('['));
    const hosts = others.find((line) => / -> /.test(line))?.replace(/^\d\d\/\d\d(?:\/\d\d)?-\d\d:\d\d:\d\d\.\d+ +/, '');
    return joinLines([first, ...classes.filter((line) => !line.startsWith('[Xref')), ...(hosts ? [hosts] : [])]);
  },
});

const oneByOne =
  (convert: (line: string) => string | undefined): Gather =>
  (lines, from) => ({
    records: lines.flatMap(({ text }) => convert(text) ?? []),
    used: lines.at(-1)?.end ?? from,
  });

/** What nmap's `-oG` says of the open ports of a host: `Host: 192.0.2.1 (), open ports: 22(tcp) 80(tcp)`. */
export const gatherNmap: Gather = oneByOne((line) => {
  const [, host, ports] = /^(Host: \S{1,64} \([^)]{0,255}\))\tPorts: ([^\t]*)/.exec(line) ?? [];
  if (!host || !ports) return undefined;
  const open = ports
    .split(', ')
    .map((port) => /^(\d{1,5})\/open\/(\w{1,10})\//.exec(port.trim()))
    .flatMap((found) => (found ? [`${found[1]}(${found[2]})`] : []));
  return open.length > 0 ? `${host}, open ports: ${open.join(' ')}` : undefined;
});

const mysqlStart = /^(?:\d{6} {1,2}\d{1,2}:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|# Time: |\t\t)/;

/** MySQL's error, general and slow log. In the slow log one time may stand before several entries. OSSEC's decoders wait for the words before it. */
export const gatherMysql: Gather = gatherByStart(
  (line, before) =>
    mysqlStart.test(line) || (line.startsWith('# User@Host: ') && !before.at(-1)?.startsWith('# Time: ')),
  { join: (lines) => joinLines([`MySQL log: ${lines[0]!.trimStart()}`, ...lines.slice(1)]) },
);

/** PostgreSQL begins the further lines of a statement with a tab. */
export const gatherPostgresql: Gather = gatherByStart((line) => !/^[\t ]/.test(line), {
  join: (lines) => joinLines(lines.map((line, index) => (index === 0 ? line : line.trimStart()))),
});

/**
 * `multilog` of daemontools writes a TAI64N stamp before each line. The line becomes one of syslog; its program is the folder's name, as with OSSEC.
 * @param path of the log, for example `/var/log/qmail/current`
 */
export function gatherMultilog(path: string, hostname: string): Gather {
  const program =
    path
      .split('/')
      .at(-2)
      ?.replace(/[^A-Za-z0-9._-]/g, '') || 'multilog';
  return oneByOne((line) => {
    const [, stamp, message] = /^@4([0-9a-f]{15})[0-9a-f]{8} (.*)$/.exec(line) ?? [];
    if (!stamp || message === undefined) return line;
    // TAI64 labels are ten seconds ahead of UTC at its beginning; multilog writes them without leap seconds.
    const seconds = Number.parseInt(stamp, 16) - 10;
    if (seconds > 253_402_300_799) return line;
    return `${new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')} ${hostname} ${program}: ${message}`;
  });
}
