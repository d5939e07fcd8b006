import { chmodSync, existsSync, globSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, Vault } from '@sakimori/manager/platform/index';

/** A throw-away server that the tests of the rooms share; each of them makes a database of its own there (`test/platform.ts`). */
export type TestDatabase = { readonly name: string; readonly url: string; stop(): Promise<void> };

/** The PostgreSQL that Sakimori brings. */
export function startBundledDatabase(): Promise<TestDatabase> {
  return startDatabase('bundled');
}

/** The distribution's own PostgreSQL, beside its packages' own clusters; undefined where it is not installed. */
export async function startSecondDatabase(): Promise<TestDatabase | undefined> {
  const binaries = globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((path) => path.replace(/\/bin\/initdb$/, ''))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0];
  return binaries === undefined ? undefined : startDatabase('PostgreSQL', binaries);
}

/** A database is a thousand files: a copy of one takes a tenth of a second in memory, and ten times as long on a disk. */
function inMemory(folder = '/dev/shm', neededBytes = 4 * 2 ** 30): string | undefined {
  if (!existsSync(folder)) return undefined;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= neededBytes ? folder : undefined;
}

async function startDatabase(name: string, binaries?: string): Promise<TestDatabase> {
  const folder = mkdtempSync(join(inMemory() ?? tmpdir(), 'sakimori-postgresql-'));
  chmodSync(folder, 0o755);
  const vault = new Vault('a secret for the tests, long enough to serve');
  const base = { folder, vault, ephemeral: true, database: 'postgres', connectionsMax: 250 };
  const server = await startEmbeddedPostgres(binaries === undefined ? base : { ...base, binaries });
  return {
    name: binaries === undefined ? name : `${name} ${server.version}`,
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
