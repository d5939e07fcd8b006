import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, Vault } from '@sakimori/manager/platform/index';

export type SecondDatabase = { readonly name: string; readonly url: string; stop(): Promise<void> };

/** A throw-away cluster of the distribution's own PostgreSQL, beside its packages' own clusters; undefined where it is not installed. */
export async function startSecondDatabase(): Promise<SecondDatabase | undefined> {
  const binaries = globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((path) => path.replace(/\/bin\/initdb$/, ''))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0];
  if (!binaries) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-postgresql-'));
  chmodSync(folder, 0o755);
  const vault = new Vault('a secret for the tests, long enough to serve');
  const server = await startEmbeddedPostgres({ folder, vault, ephemeral: true, database: 'postgres', binaries });
  return {
    name: `PostgreSQL ${server.version}`,
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
