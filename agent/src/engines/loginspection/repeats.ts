/** More than this many repetitions of one line say nothing more. */
const repeatsMax = 100;

/**
 * rsyslog may fold equal lines into `message repeated 4 times: [ … ]`. Each of them happened and counts, so it becomes as many lines again;
 * any other line is itself.
 */
export function unfoldRepeats(line: string): string[] {
  const found = /^(.{0,400}?)message repeated (\d{1,6}) times: \[ (.*)\]$/.exec(line);
  if (!found) return [line];
  const [, head = '', count = '0', message = ''] = found;
  return Array.from({ length: Math.min(Math.max(1, Number(count)), repeatsMax) }, () => head + message);
}
