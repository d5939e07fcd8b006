/**
 * Web addresses in one form, however they are written, so that what a feed says and what a program asks for meet: `HTTP://0x7f.1:80/a/../%62?x#y`
 * is `127.0.0.1/b?x`. The scheme does not count.
 */
export type WebAddress = {
  /** In lower case and ASCII, without a trailing dot; an IPv6 address without brackets. */
  readonly host: string;
  readonly isIp: boolean;
  /** Absent where it is the usual one of the scheme. */
  readonly port?: number | undefined;
  /** With the query; absent where only the name is known (DNS, TLS). */
  readonly path?: string | undefined;
};

export const addressCharactersMax = 8192;
const plainName = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
/** What URLs take for an address by number: a last label that is one, in decimals or hexadecimal. */
const numericEnd = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** A host as people and programs write it, in its one form; undefined where it is none. */
export function canonicalHost(written: string): string | undefined {
  const text = written.toLowerCase().replace(/\.+$/, '');
  if (text.length === 0 || text.length > 1000) return undefined;
  if (plainName.test(text) && !numericEnd.test(text)) return text.length <= 253 ? text : undefined;
  if (/[/?#@\\\s]/.test(text)) return undefined;
  const isBare = text.includes(':') && !text.startsWith('[');
  const parsed = URL.parse(`http://${isBare ? `[${text}]` : text}/`);
  return parsed && parsed.port === '' ? hostOf(parsed) : undefined;
}

function hostOf({ hostname }: URL): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  const name = hostname.replace(/\.+$/, '');
  return plainName.test(name) && name.length <= 253 ? name : undefined;
}

const fourForm = /^\d{1,3}(?:\.\d{1,3}){3}$/;
export const isIpHost = (host: string): boolean => host.includes(':') || fourForm.test(host);

/** A name alone, as DNS and TLS know it. */
export function addressOfHost(written: string): WebAddress | undefined {
  const host = canonicalHost(written);
  return host === undefined ? undefined : { host, isIp: isIpHost(host) };
}

/** @param written with scheme or without; of schemes `http`, `https`, `ws` and `wss` count. @returns undefined where it is no such address */
export function canonicalAddress(written: string): WebAddress | undefined {
  const text = written.trim();
  if (text.length === 0 || text.length > addressCharactersMax) return undefined;
  const parsed = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!parsed || !/^(?:https?|wss?):$/.test(parsed.protocol)) return undefined;
  const host = hostOf(parsed);
  if (host === undefined) return undefined;
  const path = canonicalPath(parsed.pathname + parsed.search);
  return { host, isIp: isIpHost(host), path, ...(parsed.port === '' ? {} : { port: Number(parsed.port) }) };
}

/** Nothing in it would be changed. */
const canonicalAlready =
  /^(?:\/(?!\.{0,2}(?:\/|\?|$))[!$&'()*+,\-.0-9:;=@A-Z_a-z~]*)*\/?(?:\?[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]*)?$/;
/** Whoever escapes an address more often than that means to hide it. */
const unescapesMax = 8;

/** Path and query: escapes undone, however often, and put back where they must be; `.`, `..` and empty steps gone. */
export function canonicalPath(written: string): string {
  if (canonicalAlready.test(written)) return written === '' ? '/' : written;
  let text = written.replace(/#.*$/s, '').replace(/[^\0-\xff]/gu, (one) => encodeURIComponent(one.toWellFormed()));
  for (let turn = 0; turn < unescapesMax && text.includes('%'); turn += 1) {
    const next = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    if (next === text) break;
    text = next;
  }
  const cut = text.indexOf('?');
  const query = cut < 0 ? '' : text.slice(cut);
  const steps: string[] = [];
  const written_ = (cut < 0 ? text : text.slice(0, cut)).split('/');
  for (const step of written_) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  const isFolder = /^\.{0,2}$/.test(written_.at(-1) ?? '');
  const path = steps.length === 0 ? '/' : `/${steps.join('/')}${isFolder ? '/' : ''}`;
  return (path + query).replace(
    /[\0-\x20#%"<>\\^`{|}\x7f-\xff]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** `example.com:8080/path?query`, the form that lists of addresses are held against. */
export function addressText({ host, port, path }: WebAddress): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${name}${port === undefined ? '' : `:${port}`}${path ?? ''}`;
}

const secretName = /pass|pwd|secret|token|auth|key|sig|session|sid$|code|credential|jwt|otp|pin$/i;
const secretValue = /^(?=.*\d)[A-Za-z0-9+/=_.~-]{20,}$/;

/** For people: who signed in is not in it, values of the query that may be secrets are `***`, and it has an end. */
export function shownAddress(address: WebAddress, charactersMax = 1000): string {
  const text = addressText(address);
  const cut = text.indexOf('?');
  const masked =
    cut < 0
      ? text
      : text.slice(0, cut + 1) +
        text
          .slice(cut + 1)
          .split('&')
          .map((part) => {
            const [name = '', ...value] = part.split('=');
            if (value.length === 0) return secretValue.test(name) ? '***' : part;
            return secretName.test(name) || secretValue.test(value.join('=')) ? `${name}=***` : part;
          })
          .join('&');
  return masked.length > charactersMax ? `${masked.slice(0, charactersMax - 1)}…` : masked;
}

/** Within a company or on this host: an address that no feed speaks of, and that need not be tested. */
export function isPrivateHost(host: string): boolean {
  if (!isIpHost(host)) return !host.includes('.') || /\.(?:local|internal|home\.arpa|localhost)$/.test(host);
  if (host.includes(':')) return /^(?:::1$|::$|f[cd]|fe[89ab])/.test(host);
  const [a = 0, b = 0] = host.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254)
  );
}
