import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@sakimori/manager/platform/index';
import { patience } from './patience.ts';

/** Debian's Dovecot with one mailbox on the loopback address, for as long as a test runs. */
export type RealDovecot = {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Puts a mail into the inbox, as a delivery agent does: by the maildir. */
  deliver(raw: Buffer): void;
  /** Ends the server; `start` brings it back on the same port. */
  halt(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const nobody = 65_534;

/** Dovecot changes users by itself, which takes root. */
export const hasDovecot = (): boolean => existsSync('/usr/sbin/dovecot') && process.getuid?.() === 0;

export async function startDovecot(): Promise<RealDovecot> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-dovecot-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const [user, password] = ['desk', 'a password of the desk'];
  const mailbox = join(folder, 'mail');
  for (const name of ['', 'new', 'cur', 'tmp']) {
    mkdirSync(join(mailbox, name), { recursive: true });
    chownSync(join(mailbox, name), nobody, nobody);
  }
  const config = join(folder, 'dovecot.conf');
  writeFileSync(
    config,
    `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${mailbox}
first_valid_uid = ${nobody}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=${nobody} gid=${nobody} home=${mailbox}
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
  );
  writeFileSync(join(folder, 'users'), `${user}:{PLAIN}${password}\n`);
  chmodSync(join(folder, 'users'), 0o644);
  let child: ReturnType<typeof spawn> | undefined;
  let delivered = 0;
  const start = async () => {
    child = spawn('/usr/sbin/dovecot', ['-F', '-c', config], { stdio: 'ignore' });
    await untilOpen(port);
  };
  const halt = async () => {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  await start();
  return {
    ...{ port, user, password, start, halt },
    deliver(raw) {
      delivered += 1;
      const path = join(mailbox, 'new', `${Date.now()}.${process.pid}_${delivered}.test`);
      writeFileSync(path, raw);
      chownSync(path, nobody, nobody);
    },
    async stop() {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilOpen(port: number): Promise<void> {
  for (const end = performance.now() + patience(10_000); performance.now() < end; ) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'error').then(() => false),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Dovecot does not answer.');
}
