import { type LogEvent, slot } from '../../event.ts';
import { Subject } from '../../patterns/index.ts';

/** `ossec: Alert Level: 5; Rule: 5716 - SSHD authentication failed.; Location: …; srcip: …;  the log`, as OSSEC sends alerts by syslog. */
const alert =
  /^(?:Alert Level:|ossec: Alert Level)[^;]*;[^:]*: (?<rule>[^ ]*) [^;]*; Location: (?<location>[^;]*);(?<rest>.*)$/s;

/** Longest log that an alert may carry, characters. */
const logCharsMax = 4094;

/**
 * The alert of another OSSEC: the event is given to the rule that it names, and goes through no other. A text that is no alert, or names a rule
 * that is not loaded, ends at no rule.
 */
export function readOssecAlert(event: LogEvent): void {
  event.forwardedRule = { id: undefined };
  const groups = alert.exec(event.message.text)?.groups;
  if (!groups) return;
  const { rule, location = '', rest = '' } = groups;
  event.location = `${event.hostname?.text ?? ''}->${event.location}|${location}`.slice(0, 254);
  event.texts[slot.hostname] = new Subject(event.location);
  let left = rest;
  for (let found = takeField(left); found; found = takeField(left)) {
    if (found.text.startsWith('srcip: ')) event.setField('srcip', found.text.slice(7));
    if (found.text.startsWith('user: ')) event.setField('dstuser', found.text.slice(6));
    left = found.rest;
  }
  if (/^ (?! )/.test(left)) return;
  event.texts[slot.message] = new Subject(left.replace(/^ +/, '').slice(0, logCharsMax));
  event.forwardedRule = { id: rule };
}

/** One ` name: value;` from the beginning. Two spaces begin the log. */
function takeField(text: string): { text: string; rest: string } | undefined {
  const end = text.indexOf(';');
  if (!text.startsWith(' ') || text[1] === ' ' || end < 0) return undefined;
  return { text: text.slice(1, end), rest: text.slice(end + 1) };
}
