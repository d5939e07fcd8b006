import { type FieldName, fieldText, type LogEvent } from '../../event.ts';

/** Numbers of Symantec Web Security and what they mean to us, with the most characters that are taken. */
const known: readonly (readonly [prefix: string, field: FieldName, charsMax: number])[] = [
  ['10=', 'dstuser', 128],
  ['11=', 'srcip', 128],
  ['60=', 'url', 1024],
];

/**
 * Lines of Symantec Web Security: date, time, and then `number=value` with commas between, such as `20070717,73614,1=5,11=192.0.2.3,2=27`. The
 * first value of a kind counts. The id is the result with its number in front, `2=27`.
 */
export function readSymantecWebSecurity(event: LogEvent): void {
  const { text } = event.message;
  let at = text.indexOf(',');
  while (at >= 0) at = text.indexOf(',', readEntry(event, text, at + 1));
}

/** Gives the place from which the next comma is looked for. */
function readEntry(event: LogEvent, text: string, at: number): number {
  const found = known.find(([prefix]) => text.startsWith(prefix, at));
  if (found) {
    const [prefix, field, charsMax] = found;
    const value = text
      .slice(at + prefix.length)
      .split(',', 1)[0]!
      .slice(0, charsMax);
    if (fieldText(event, field) === undefined) event.setField(field, value);
    return at + prefix.length + value.length;
  }
  if (!text.startsWith('3=', at) && !text.startsWith('2=', at)) return at;
  // Nine characters whatever they are, commas too: that is what OSSEC's rules are written for.
  if (fieldText(event, 'id') === undefined) event.setField('id', text.slice(at, at + 9));
  return at + 9;
}
