import { hash } from 'node:crypto';
import { parsePasswd } from './accounts.ts';
import { type Entities, fitKey, fitValue, type Values } from './entity.ts';
import type { SafeFiles } from './safe-files.ts';

const usual = ['.ssh/authorized_keys', '.ssh/authorized_keys2'];
/** Of a key in any file of any user; a host with more has more than a person could look through. */
const keysMax = 20_000;

/** Every user's files of keys: where sshd_config(5) says, else the usual ones. */
export function sshKeyFiles(files: SafeFiles): { readonly user: string; readonly path: string }[] {
  const patterns = configuredFiles(files);
  return parsePasswd(files.text('/etc/passwd') ?? '').flatMap(({ name, homeFolder }) =>
    homeFolder.startsWith('/')
      ? patterns.map((pattern) => ({ user: name, path: expand(pattern, name, homeFolder) }))
      : [],
  );
}

/** The keys with which one may sign in over ssh, each with its fingerprint as `ssh-keygen -l` shows it. */
export function readSshKeys(files: SafeFiles): Entities | undefined {
  if (!files.exists('/etc/passwd')) return undefined;
  const keys = new Map<string, Values>();
  for (const { user, path } of sshKeyFiles(files)) {
    for (const line of (files.text(path) ?? '').split('\n')) {
      const key = parseKey(line);
      if (!key || keys.size >= keysMax) continue;
      const { fingerprint, ...values } = key;
      keys.set(fitKey(`${user} ${fingerprint}`), { path: fitValue(path), ...values });
    }
  }
  return keys;
}

function configuredFiles(files: SafeFiles): readonly string[] {
  const parts = files
    .names('/etc/ssh/sshd_config.d')
    .filter((name) => name.endsWith('.conf'))
    .map((name) => `/etc/ssh/sshd_config.d/${name}`);
  for (const path of [...parts, '/etc/ssh/sshd_config']) {
    // What stands first counts; below `Match` it counts for some only.
    const text = (files.text(path) ?? '').split(/^\s*match\s/im, 1)[0]!;
    const value = /^\s*AuthorizedKeysFile[\s=]+(.+)$/im.exec(text)?.[1]?.trim();
    if (value) return value.toLowerCase() === 'none' ? [] : value.split(/\s+/).map((one) => one.replaceAll('"', ''));
  }
  return usual;
}

function expand(pattern: string, user: string, home: string): string {
  const path = pattern.replaceAll(/%([hu%])/g, (_, letter: string) => ({ h: home, u: user, '%': '%' })[letter]!);
  return path.startsWith('/') ? path : `${home}/${path}`;
}

type Key = {
  readonly fingerprint: string;
  readonly keyType: string;
  readonly comment: string;
  readonly options: string;
};

/** authorized_keys(5): options, type, key in base64, comment. */
export function parseKey(line: string): Key | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.length > 65_536) return undefined;
  const split = splitOptions(text);
  const match = /^([a-z0-9@.-]+)\s+([A-Za-z0-9+/]{20,}={0,2})(?:\s+(.*))?$/i.exec(split.rest);
  if (!match) return undefined;
  const blob = Buffer.from(match[2]!, 'base64');
  // The blob begins with its own type, behind its length (RFC 4253, section 6.6).
  const type = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1') : '';
  if (type !== match[1]) return undefined;
  return {
    fingerprint: `SHA256:${hash('sha256', blob, 'base64').replace(/=+$/, '')}`,
    keyType: fitValue(type),
    comment: fitValue(match[3]?.trim() ?? ''),
    options: fitValue(withoutSecrets(split.options)),
  };
}

/** Options end at the first blank outside quotes; a line without options begins with the type. */
function splitOptions(text: string): { options: string; rest: string } {
  if (/^(?:ssh-|ecdsa-|sk-)\S*\s/.test(text)) return { options: '', rest: text };
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\' && isQuoted) at += 1;
    else if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /\s/.test(text[at]!)) return { options: text.slice(0, at), rest: text.slice(at).trim() };
  }
  return { options: '', rest: text };
}

/** What a forced command gets and what is put into the environment may be a password. */
const withoutSecrets = (options: string): string =>
  options.replaceAll(
    /\b(environment|command)="((?:\\.|[^"\\])*)"/gi,
    (_, name: string, value: string) => `${name}=sha256:${hash('sha256', value, 'hex').slice(0, 16)}`,
  );
