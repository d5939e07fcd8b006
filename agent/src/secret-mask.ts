import { createHmac } from 'node:crypto';

/** Content that is a key as a whole: then nothing of the file is kept. */
const privateKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY|^PuTTY-User-Key-File|AGE-SECRET-KEY-1/m;

export const holdsPrivateKey = (text: string): boolean => privateKey.test(text);

const word =
  '(?:pass(?:word|wd|phrase|wort)?|pwd|secret|token|credential|api[-_.]?key|(?:access|account|shared|private|signing|encryption|auth|master|secret)[-_.]?key|auth|bearer|cookie|psk|pin|dsn|connection[-_.]?string|rootpw|requirepass|masterauth|bindpw|community)s?';
/** `name = value`, `name: value`, `"name": "value"`, `--name value`; the name may have more before and after the telling word. */
const assignment = new RegExp(
  `^(.*?(?:^|[^A-Za-z])[A-Za-z0-9_.-]*?${word}[A-Za-z0-9_.-]*["'\`\\])]*[ \\t]*(?:=>|:=|[=:]|[ \\t])[ \\t]*["'\`]?)(\\S.*)$`,
  'i',
);
/** Values that say how something is done, and give nothing away. */
const harmless =
  /^(yes|no|true|false|on|off|none|null|nil|never|always|required|requisite|sufficient|optional|include|substack|enabled?|disabled?|default|prohibit-password|without-password|forced-commands-only|publickey|keyboard-interactive|files|compat|systemd|sss|ldap|nis|db|winbind|md5|scram-sha-256|peer|trust|reject|ident|cert|x|\*|!+|\d{1,3})$/i;
/** PAM says `password` for a kind of module, and OpenSSH names its methods so. */
const structural = /^\s*-?(password|auth)\s+(required|requisite|sufficient|optional|include|substack|\[)/;

/** Secrets that are known by their look, wherever they stand. */
const looks: readonly RegExp[] = [
  // crypt(5) and LDAP hashes, as in shadow files.
  /\$(?:1|2[abxy]?|5|6|7|y|gy|sha1|md5|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[^$\s]*)\$[^\s:"']+/g,
  /\{(?:S?SHA\d*|S?MD5|CRYPT|PBKDF2[^}]*|ARGON2)\}[^\s:"']+/gi,
  // name and password in an address
  /(?<=[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gi,
  // tokens of well-known services, JSON web tokens
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[pousr]|github_pat|glpat|xox[abeoprs]|sk|pk|rk|npm|hf|dop_v1|shpat)[-_][A-Za-z0-9_-]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  // key material: long runs of hexadecimal digits or base64
  /(?<![A-Za-z0-9+/=_-])[A-Fa-f0-9]{32,}(?![A-Za-z0-9+/=_-])/g,
  /(?<![A-Za-z0-9+/=_-])(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}/g,
];

const mark = { open: '\uE000', close: '\uE001' } as const;
const marked = /\uE000[0-9a-f]{6}\uE001/g;
/** A line is looked at up to this length: what is beyond is masked whole. */
const lineMax = 1000;

/**
 * The text with every secret we can tell put away. In its place stands a short keyed digest, so that a changed secret is still a changed line; it is
 * too short to try passwords on. {@link show} takes it away before a person sees the line.
 */
export function maskLines(text: string, key: Uint8Array): string[] {
  const digest = (secret: string) =>
    mark.open + createHmac('sha256', key).update(secret).digest('hex').slice(0, 6) + mark.close;
  const lines = text.replaceAll(/[\uE000\uE001]/g, '\uFFFD').split('\n');
  let inBlock: { readonly indent: number } | undefined;
  let isPem = false;
  return lines.map((line) => {
    if (/-----BEGIN /.test(line)) isPem = true;
    const isBody = isPem && !line.includes('-----');
    if (/-----END /.test(line)) isPem = false;
    if (isBody) return digest(line);
    const indent = line.search(/\S/);
    if (inBlock && indent >= 0 && indent <= inBlock.indent) inBlock = undefined;
    if (inBlock && indent >= 0) return line.slice(0, indent) + digest(line);
    if (opensBlock(line)) inBlock = { indent };
    return maskLine(line, digest);
  });
}

/** `password: |` and `password: >` of YAML: the value is in the lines below. */
const block = new RegExp(`^\\s*(?:- )?["']?[\\w.-]*${word}[\\w.-]*["']?\\s*[:=]\\s*[|>][-+\\d]*\\s*$`, 'i');

const opensBlock = (line: string): boolean => line.length <= lineMax && block.test(line);

function maskLine(line: string, digest: (secret: string) => string): string {
  const head = line.slice(0, lineMax);
  const tail = line.length > lineMax ? digest(line.slice(lineMax)) : '';
  const masked = structural.test(head) ? head : maskAssignment(head, digest);
  return looks.reduce((text, pattern) => text.replace(pattern, (secret) => digest(secret)), masked) + tail;
}

function maskAssignment(line: string, digest: (secret: string) => string): string {
  const match = assignment.exec(line);
  if (!match) return line;
  const [, front = '', value = ''] = match;
  const bare = value.replace(/["'`,;}\])\s]+$/, '');
  return bare.split(/[\s,]+/).every((part) => harmless.test(part)) ? line : front + digest(value);
}

export const isMasked = (line: string): boolean => line.includes(mark.open);

/** A masked line as a person may see it; control characters as pictures, so that no line can pretend to be another. */
export const show = (line: string): string =>
  line.replaceAll(marked, '****').replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return character === '\t' ? character : `\\u${code.toString(16).padStart(4, '0')}`;
  });
