import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suricataYaml } from '@sakimori/contract/suricata-yaml';

/** `suricata-update` replaces `%(__version__)s` by the version of Suricata. */
export const etOpenUrl = 'https://rules.emergingthreats.net/open/suricata-%(__version__)s/emerging.rules.tar.gz';
const programs = ['/usr/bin/suricata-update', '/usr/local/bin/suricata-update'];
const fetchMsMax = 600_000;
const rulesBytesMax = 128 * 1024 * 1024;
const memoryBytesMax = 2 * 1024 ** 3;
const outputMax = 200_000;

/**
 * Lets `suricata-update` fetch and put together rules, in a folder of its own and with a configuration of its own: nothing of what the host has for it is
 * read or written.
 * @returns the rules as one text. @throws Error with what it complains of
 */
export async function fetchRules(folder: string, suricata: string, url: string, signal: AbortSignal): Promise<string> {
  const program = programs.find((path) => existsSync(path));
  if (!program) throw new Error('suricata-update is not installed (apt install suricata-update)');
  const out = join(folder, 'out');
  await rm(out, { recursive: true, force: true });
  for (const name of ['data', 'none', 'out']) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const [own, engine] = [join(folder, 'update.yaml'), join(folder, 'suricata.yaml')];
  await writeFile(own, `dist-rule-directory: ${JSON.stringify(join(folder, 'none'))}\n`);
  // What variables there are: it disables rules that name others.
  await writeFile(engine, suricataYaml({ folder, mode: 'inline', homeNet: [], interfaces: [] }));
  const places = ['--data-dir', join(folder, 'data'), '--output', out, '--config', own, '--suricata-conf', engine];
  const how = ['--suricata', suricata, '--no-test', '--no-reload', '--force', '--fail', '--url', url];
  await run(program, [...places, ...how], folder, signal);
  const path = join(out, 'suricata.rules');
  const { size } = await stat(path);
  if (size > rulesBytesMax) throw new Error(`the rules are ${size} bytes long`);
  return readFile(path, 'utf8');
}

async function run(program: string, args: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
  const { PATH, HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, NO_PROXY, no_proxy } = process.env;
  const proxies = { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, NO_PROXY, no_proxy };
  const limit = `ulimit -v ${memoryBytesMax / 1024}; exec nice -n 10 "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', limit, program, ...args], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: fetchMsMax, killSignal: 'SIGKILL', signal },
    env: { PATH: PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: folder, ...proxies },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputMax);
    });
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  if (code === 0) return;
  const said = [...output.matchAll(/<Error> -- (.*)$/gm)].map(([, text]) => text).join('; ');
  throw new Error(
    said.slice(0, 400) || (code === null ? 'suricata-update took too long' : `suricata-update: exit code ${code}`),
  );
}
