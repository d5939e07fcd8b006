import { isIP } from 'node:net';
import type { LogRuleDialect } from './loginspection-language.ts';

/** What agents refuse as the text of `<srcip>`, `<dstip>`, `<time>` and `<weekday>`; undefined where it is right. A test holds it to the agent's. */
export function problemOfCondition(name: string, text: string, dialect: LogRuleDialect): string | undefined {
  const isWrong =
    (name === 'srcip' || name === 'dstip') && !isNetwork(text)
      ? 'is no address and no network'
      : name === 'time' && !(dialect === 'ossec' ? isOssecTimeSpan : isTimeSpan)(text)
        ? 'is no time span such as 6 pm - 8:30 am or 18:00-08:30'
        : name === 'weekday' && !isListOfDays(text)
          ? 'names what is no day of the week'
          : undefined;
  return isWrong && `\`${text.trim().slice(0, 60)}\` ${isWrong}.`;
}

/** `192.0.2.1`, `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `2001:db8::/32` or `any`, with `!` before it for all but these. */
function isNetwork(text: string): boolean {
  const plain = text.trim().replace(/^!\s*/, '');
  if (plain === 'any') return true;
  const [address = '', mask] = plain.split('/');
  const family = isIP(address);
  if (family === 0) return false;
  if (mask === undefined) return true;
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= (family === 4 ? 32 : 128);
  return family === 4 && isIP(mask) === 4 && /^1*0*$/.test(bitsOf(mask));
}

const bitsOf = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');

function isTimeSpan(text: string): boolean {
  const found = /^\s*!?\s*(\d.*?)\s*-\s*(\d.*?)\s*$/.exec(text);
  return found !== null && isTime(found[1]!) && isTime(found[2]!);
}

/** OSSEC reads no hour above 23, and takes 13 pm for none. */
function isOssecTimeSpan(text: string): boolean {
  const found = /^ *!? *(\d[^-]*?) *- *(\d[^-]*?) *$/.exec(text);
  return found !== null && isOssecTime(found[1]!) && isOssecTime(found[2]!);
}

function isOssecTime(text: string): boolean {
  const found = /^(\d{1,2})(?::\d\d)? *(am|pm)?$/i.exec(text);
  const hour = Number(found?.[1]);
  return found !== null && hour < 24 && (found[2]?.toLowerCase() !== 'pm' || hour <= 12);
}

function isTime(text: string): boolean {
  const found = /^(\d{1,2})(?::(\d\d))?\s*(am|pm)?$/i.exec(text);
  return found !== null && Number(found[2] ?? 0) <= 59 && Number(found[1]) <= (found[3] ? 12 : 24);
}

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const isDay = (name: string | undefined): boolean =>
  name === undefined || days.some((day) => day === name || (name.length >= 2 && day.startsWith(name)));

/** Names with commas or spaces between, spans, `weekdays`, `weekends`; `!` before it for the other days. */
const isListOfDays = (text: string): boolean =>
  text
    .trim()
    .toLowerCase()
    .replace(/^!\s*/, '')
    .replaceAll(/\s*-\s*/g, '-')
    .split(/[\s,]+/)
    .every((part) => part === 'weekdays' || part === 'weekends' || part.split('-').slice(0, 2).every(isDay));
