import { randomBytes } from 'node:crypto';
import { maskLines, show } from '../../../secret-mask.ts';

const key = randomBytes(16);
const excerptMax = 4000;
const mask = '***';

/** Heads of HTTP that hold secrets as a whole. */
const secretHeads =
  /^((?:proxy-)?authorization|cookie2?|set-cookie2?|x-(?:api-key|auth-token|csrf-token|xsrf-token)|api-key)([ \t]*:[ \t]*)(?:\S.*)?$/gim;
/** In addresses, forms and JSON. */
const secretFields =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[-_.]?key|access[-_.]?key|session[-_.]?id|auth|otp)[\w.-]{0,40}"?\s?(?:=|:|%3d)\s?"?)([^&;,\s"'}<]+)/gi;

/** A piece of what went over the wire, bounded, with secrets that we can tell put away. */
export function excerptOf(payload: string): string {
  const text = payload.slice(0, excerptMax).replaceAll('\r\n', '\n');
  const heads = text.replace(secretHeads, `$1$2${mask}`);
  return maskLines(heads.replace(secretFields, `$1${mask}`), key)
    .map(show)
    .join('\n');
}

/** An address or a name of a program with its secrets put away. */
export const maskedUrl = (url: string): string =>
  url.replace(/(?<=:\/\/)[^/@\s]*:[^/@\s]*@/, `${mask}@`).replace(secretFields, `$1${mask}`);
