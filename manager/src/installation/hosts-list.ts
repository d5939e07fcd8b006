import { isIP } from 'node:net';
import { KeyFingerprint, pushHostsMax, Refusal } from '@sakimori/contract';

export type ListedHost = {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly auth: 'password' | 'key';
  readonly fingerprint?: string;
};

const hostName = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*$/;
const userName = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;

/**
 * Reads lines of `host,port,user,auth,fingerprint` (S42). A line of heads, empty lines and those with `#` are passed over; `auth` is a password and `fingerprint`
 * unknown where they are left out.
 * @throws Refusal malformed with the number of the first line that is wrong, and how it should be
 */
export function readHostsList(text: string): ListedHost[] {
  const hosts: ListedHost[] = [];
  const seen = new Map<string, number>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || /^host\s*,\s*port\b/i.test(line)) continue;
    const wrong = (what: string): never => {
      throw new Refusal('malformed', { detail: `hosts: line ${index + 1}: ${what}` });
    };
    const [address = '', port = '', user = '', auth = '', fingerprint = '', ...rest] = line
      .split(',')
      .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (rest.length > 0) wrong('there are more than five columns (host,port,user,auth,fingerprint)');
    if (isIP(address) === 0 && !hostName.test(address)) wrong('the host is neither a name nor an address');
    const number = Number(port || '22');
    if (!/^\d{0,5}$/.test(port) || number < 1 || number > 65_535) wrong('the port is not a number from 1 to 65535');
    if (!userName.test(user)) wrong('the user is missing, or is no name of a Linux user');
    if (auth !== '' && auth !== 'password' && auth !== 'key') wrong('auth is neither password nor key');
    if (fingerprint !== '' && !KeyFingerprint.safeParse(fingerprint).success)
      wrong('the fingerprint is not of the form SHA256:… (ssh-keygen -lf shows it)');
    const place = `${address.toLowerCase()} ${number}`;
    const before = seen.get(place);
    if (before !== undefined) wrong(`the same host and port stand in line ${before}`);
    seen.set(place, index + 1);
    if (hosts.length >= pushHostsMax) wrong(`a list has at most ${pushHostsMax} hosts; split it`);
    hosts.push({
      ...{ address, port: number, user, auth: auth === 'key' ? 'key' : 'password' },
      ...(fingerprint ? { fingerprint } : {}),
    });
  }
  if (hosts.length === 0) throw new Refusal('malformed', { detail: 'hosts: there is no line with a host' });
  return hosts;
}
