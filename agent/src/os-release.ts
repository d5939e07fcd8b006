/** The values of os-release(5), with their quotes and escapes undone. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(.*))$/.exec(line.trim());
    if (match) values.set(match[1]!, (match[2] ?? match[3] ?? match[4] ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return values;
}

/** The name of the system: `PRETTY_NAME`, else `NAME` and `VERSION_ID`. */
export function nameOfSystem(values: ReadonlyMap<string, string>): string {
  const plain = [values.get('NAME'), values.get('VERSION_ID')].filter(Boolean).join(' ');
  return values.get('PRETTY_NAME') || plain || 'unknown';
}
