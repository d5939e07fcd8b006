import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { type Run, runCli, startCli } from '../run-cli.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { startTwoManagers, type TwoManagers } from './two-managers.ts';

/** `sakimori remote …`, from attaching to detaching, beside what is typed wrong. */
let two: TwoManagers;
let agent: SimulatedAgent;
let apiKey: string;
let certificate: string;
before(async () => {
  two = await startTwoManagers();
  const { accountId, api } = await two.theirs.makeAccount('yamato-tenant');
  apiKey = api.key;
  agent = await two.theirs.enrol(accountId, { name: 'web-01' });
  await (await agent.heartbeat()).received;
  ({ certificateAuthority: certificate } = await two.theirs.admin(routes.getWorkloadSecurity));
  await two.ours.makeAccount('yamato');
});
after(async () => {
  agent?.kill();
  await two?.stop();
});

const run = (args: readonly string[], input = ''): Promise<Run> => {
  const env = { SAKIMORI_CLI_URL: two.ours.manager.consoleUrl, SAKIMORI_CLI_KEY: two.ours.adminKey };
  return input === '' ? runCli(['remote', ...args], env) : startCli(['remote', ...args], env, input);
};
async function done(args: readonly string[], input = ''): Promise<string> {
  const { code, out, err } = await run(args, input);
  assert.equal(code, 0, err);
  assert.ok(!`${out}${err}`.includes(apiKey), 'the key is shown');
  return out;
}
const attach = (more: readonly string[], key = apiKey) =>
  run(['attach', 'yamato', 'Yamato DSM', '--product', 'deep-security', ...more], `${key}\n`);
const address = () => two.theirs.manager.workloadSecurity;

test('a tenant is attached with its key on standard input, tested, fetched and listed, and detached', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-remote-'));
  writeFileSync(`${folder}/dsm.pem`, certificate);
  const given = ['--reach', 'on-premises', '--address', address(), '--certificate', `${folder}/dsm.pem`];
  const { code, err } = await attach(given);
  rmSync(folder, { recursive: true });
  assert.equal(code, 0, err);
  assert.match(await done(['test', 'yamato']), /computers/i);
  await done(['sync', 'yamato']);
  const [tenant] = JSON.parse(await done(['list', '--json'])).items;
  assert.deepEqual([tenant.name, tenant.state, tenant.computerCount], ['Yamato DSM', 'working', 1]);
  assert.match(await done(['computers', 'yamato']), /web-01/);
  assert.match(await done(['policies', 'yamato']), /Linux Server/);
  assert.match(await done(['tasks', 'yamato']), /There are none\./);
  assert.match(await done(['capabilities', 'yamato']), /Policy changes?/i);
  await done(['detach', 'yamato']);
  assert.match(await done(['list']), /There are none\./);
});

test('what is typed wrong is told in a sentence that says what to do, and attaches nothing', async () => {
  for (const [more, words] of [
    [['--address', 'http://dsm.example'], /https/],
    [['--address', 'https://10.0.0.5'], /address/i],
    [['--address', address(), '--reach', 'moon'], /--reach/],
    [['--address', address(), '--certificate', '/nonexistent.pem'], /nonexistent\.pem/],
  ] as const) {
    const { code, err } = await attach(more);
    assert.notEqual(code, 0);
    assert.match(err, words);
    assert.ok(!err.includes(apiKey));
  }
  const { code, err } = await run(['sync', 'yamato']);
  assert.notEqual(code, 0);
  assert.match(err, /remote/i);
  assert.match((await run(['test', 'nobody'])).err, /nobody/);
  assert.match(await done(['list']), /There are none\./);
});
