import { lookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, isIP } from 'node:net';
import { runInNewContext } from 'node:vm';
import type { FirewallSurroundings } from '@sakimori/contract/policy-firewall';
import type { Endpoint } from './place.ts';

type ReachTest = NonNullable<FirewallSurroundings['internet']>;
type Tell = (endpoint: Endpoint) => void;

const answerMsMax = 3000;
const answerBytesMax = 65_536;
const matchMsMax = 200;
const controllersMax = 3;

/** @returns the address of ours that the answer came to; undefined: it is not there, or not what is expected */
export async function reachUrl({ url, expect }: ReachTest, tell: Tell): Promise<string | undefined> {
  const { hostname, protocol, port } = new URL(url);
  const isTls = protocol === 'https:';
  const address = await addressOf(hostname.replace(/^\[(.*)\]$/, '$1'));
  if (address === undefined) return undefined;
  tell({ address, port: Number(port) || (isTls ? 443 : 80) });
  return new Promise((resolve) => {
    let own: string | undefined;
    const done = (isThere: boolean) => {
      clearTimeout(timer);
      request.destroy();
      resolve(isThere ? own : undefined);
    };
    const request = (isTls ? requestTls : requestPlain)(url, {
      agent: false,
      headers: { connection: 'close' },
      // The one that rules are told of is the one that is asked.
      lookup: (_name, _options, answer) => answer(null, [{ address, family: isIP(address) }]),
    });
    const timer = setTimeout(() => done(false), answerMsMax);
    request.on('error', () => done(false));
    request.on('socket', (socket) => {
      // Read while it is there.
      socket.on('connect', () => {
        own = socket.localAddress;
      });
    });
    request.on('response', (response) => {
      const { statusCode = 0 } = response;
      // A portal that catches everybody answers with its own address.
      if (statusCode < 200 || statusCode > 299) return done(false);
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > answerBytesMax) done(fits(expect, text.slice(0, answerBytesMax)));
      });
      response.on('end', () => done(fits(expect, text)));
      response.on('error', () => done(false));
    });
    request.end();
  });
}

async function addressOf(name: string): Promise<string | undefined> {
  if (isIP(name)) return name;
  try {
    const found = await inTime(lookup(name));
    return found?.address;
  } catch {
    return undefined;
  }
}

const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work, new Promise<undefined>((done) => setTimeout(() => done(undefined), answerMsMax).unref())]);

/** An expression that takes too long is not met: whoever wrote it must not be able to hold the agent up. */
function fits(expect: string | undefined, text: string): boolean {
  if (expect === undefined) return true;
  try {
    return runInNewContext('new RegExp(expect, "u").test(text)', { expect, text }, { timeout: matchMsMax }) === true;
  } catch {
    return false;
  }
}

/** @returns the address of ours that is connected */
export function reachAddress({ address, port }: Endpoint): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (own: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(own);
    };
    const timer = setTimeout(() => done(undefined), answerMsMax);
    socket.once('error', () => done(undefined));
    socket.once('connect', () => done(socket.localAddress));
  });
}

/**
 * Domain controllers of the domains that this host looks names up in, as DNS tells them (`_ldap._tcp.dc._msdcs.<domain>`).
 * @param servers of DNS; absent: the host's own
 */
export async function findDomainControllers(
  domains: readonly string[] = searchDomains(),
  servers?: readonly string[],
): Promise<Endpoint[]> {
  const resolver = new Resolver({ timeout: answerMsMax / 2, tries: 1 });
  if (servers) resolver.setServers(servers);
  for (const domain of domains) {
    const records = await resolver.resolveSrv(`_ldap._tcp.dc._msdcs.${domain}`).catch(() => []);
    const found: Endpoint[] = [];
    for (const { name, port } of records.slice(0, controllersMax)) {
      const [address] = await resolver.resolve4(name).catch(() => resolver.resolve6(name).catch(() => []));
      if (address) found.push({ address, port });
    }
    if (found.length > 0) return found;
  }
  return [];
}

function searchDomains(): string[] {
  try {
    const lines = readFileSync('/etc/resolv.conf', 'utf8').split('\n');
    const words = lines.flatMap((line) => /^\s*(?:search|domain)\s+(.+)$/.exec(line)?.[1]?.split(/\s+/) ?? []);
    return [...new Set(words.filter((word) => /^[\w.-]{1,253}$/.test(word) && word !== '.'))].slice(0, 3);
  } catch {
    return [];
  }
}
