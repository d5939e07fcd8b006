import { type FieldName, fieldNames, fieldText, type LogEvent } from '../event.ts';

const pairsMax = 100;

/**
 * Fields of a line that is neither audit nor web access: what stands before the message, what a decoder took out, `user`, and `NAME=value` as sudo
 * and many others write it.
 */
export function readSyslogFields(event: LogEvent): Map<string, readonly string[]> {
  const fields = new Map<string, readonly string[]>();
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined) fields.set(name, [value]);
  };
  for (const [name, value] of pairsOf(event)) set(name, value);
  for (const [name, value] of event.named ?? []) set(name, value.text);
  for (const name of fieldNames) set(name, fieldText(event, name));
  const user = fieldText(event, 'dstuser' satisfies FieldName) ?? fieldText(event, 'srcuser');
  for (const name of ['user', 'username', 'user_name']) set(name, user);
  for (const name of ['src_ip', 'client_ip']) set(name, fieldText(event, 'srcip'));
  for (const name of ['hostname', 'host']) set(name, event.hostname?.text);
  for (const name of ['program', 'process']) set(name, event.program?.text);
  for (const name of ['message', 'msg']) set(name, event.message.text);
  return fields;
}

/** sudo separates by ` ; `, and its last, COMMAND, goes on to the end; elsewhere a value ends at a space or its quote. */
function pairsOf(event: LogEvent): Iterable<readonly [string, string]> {
  const { text } = event.message;
  if (event.program && /^sudo/.test(event.program.text) && text.includes(' ; ')) return sudoPairs(text);
  const found: (readonly [string, string])[] = [];
  for (const [, name = '', quoted, bare = ''] of text.matchAll(/\b([A-Za-z_][\w-]{0,60})=(?:"([^"]*)"|([^\s,;"]*))/g)) {
    found.push([name, quoted ?? bare]);
    if (found.length >= pairsMax) break;
  }
  return found;
}

function sudoPairs(text: string): (readonly [string, string])[] {
  const command = text.indexOf('COMMAND=');
  const head = command < 0 ? text : text.slice(0, command);
  const found = head.split(' ; ').flatMap((part): (readonly [string, string])[] => {
    const pair = /(?:^|\s)([A-Z]{2,20})=(.*)$/.exec(part);
    return pair ? [[pair[1]!, pair[2]!.trim()]] : [];
  });
  return command < 0 ? found : [...found, ['COMMAND', text.slice(command + 'COMMAND='.length)]];
}
