import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { CommandHost } from './run-cli.ts';

/**
 * A `sakimori` for scripts: whoever types it in a shell of this folder has it run in one process that stays. Words go over as texts that end with
 * NUL, their number first; the answer is the code and the lengths of what is for standard output and standard error, then both.
 */
const script = (port: number) => `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/${port}
printf '%s\\0' "$#" "$@" >&3
read -r code out err <&3
head -c "$out" <&3
head -c "$err" <&3 >&2
exit "$code"
`;

export type CommandDoor = {
  /** Folder to put in front of `PATH`. */
  readonly path: string;
  close(): Promise<unknown>;
};

export async function openCommandDoor(folder: string, env: NodeJS.ProcessEnv): Promise<CommandDoor> {
  const host = new CommandHost({ cwd: folder });
  const server: Server = createServer((socket) => {
    serve(socket, host, env).catch((error: Error) => socket.destroy(error));
  });
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
  const path = join(folder, '.bin');
  mkdirSync(path);
  writeFileSync(join(path, 'sakimori'), script((server.address() as AddressInfo).port));
  chmodSync(join(path, 'sakimori'), 0o755);
  return { path, close: () => new Promise((closed) => server.close(closed)) };
}

async function serve(socket: Socket, host: CommandHost, env: NodeJS.ProcessEnv): Promise<void> {
  socket.on('error', () => undefined);
  let text = '';
  for await (const piece of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += piece as string;
    const parts = text.split('\0');
    if (parts.length < Number(parts[0]) + 2) continue;
    const { code, out, err } = await host.run(parts.slice(1, -1), env);
    const [said, told] = [Buffer.from(out), Buffer.from(err)];
    socket.end(Buffer.concat([Buffer.from(`${code} ${said.length} ${told.length}\n`), said, told]));
    return;
  }
}
