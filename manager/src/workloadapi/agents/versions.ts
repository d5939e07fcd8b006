import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let versions: readonly string[] | undefined;

/** The agents that this manager can hand out, the newest first. One version stands for the whole repository. */
export function agentVersions(): readonly string[] {
  versions ??= [
    (JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as { version: string })
      .version,
  ];
  return versions;
}
