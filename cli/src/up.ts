import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { startMailboxDoor } from '@sakimori/manager/notices/index';
import { ConfigFault, readConfig } from '@sakimori/manager/platform/index';
import { createApiKeyFor } from '@sakimori/manager/workloadapi/index';
import { buildConsole } from './up/console-build.ts';
import { chooseDataFolder, makeEphemeralFolder } from './up/data-folder.ts';
import { type LocalAgent, startLocalAgent } from './up/local-agent.ts';
import { giveBack, takeOver } from './up/takeover.ts';
import { say } from './up/words.ts';

const options = {
  ephemeral: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
  'no-agent': { type: 'boolean', default: false },
} as const;

/**
 * `sakimori up`: starts manager, console, mail catcher and this machine's agent, and runs until it is asked to stop.
 * `--ephemeral` is a throw-away system on free ports that also ends with its standard input and leaves nothing behind.
 * Wrong configuration prints the whole list of faults and exits 78.
 */
export async function up(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...argv], options });
  try {
    await (values.ephemeral ? upEphemeral(values.json) : upForGood(values));
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    console.error(error.message);
    process.exit(78);
  }
}

async function upEphemeral(json: boolean): Promise<void> {
  const dataFolder = makeEphemeralFolder();
  const stopped = stopRequested({ orEndOfInput: true });
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(dataFolder, { recursive: true, force: true })];
  try {
    const config = readConfig({
      ...process.env,
      SAKIMORI_DATA: dataFolder,
      SAKIMORI_PORT: '0',
      SAKIMORI_AGENTS_PORT: '0',
      SAKIMORI_SMTP_PORT: '0',
      SAKIMORI_API_PORT: '0',
      SAKIMORI_SYSLOG_TCP_PORT: '0',
      SAKIMORI_SYSLOG_TLS_PORT: '0',
      SAKIMORI_SYSLOG_UDP_PORT: '0',
      SAKIMORI_SNS_PORT: '0',
      SAKIMORI_LOG: process.env['SAKIMORI_LOG'] ?? 'warn',
    });
    // Before the manager: it serves the files that stand when it starts.
    await buildConsole();
    const manager = await startManager({ config, ephemeral: true });
    undo.push(() => manager.stop());
    const mailbox = await startMailboxDoor(manager.platform, 0);
    undo.push(() => mailbox.stop());
    const adminKey = await createKeyFor(manager.platform, { name: 'ephemeral admin', role: 'provider-admin' });
    const line = {
      console: manager.consoleUrl,
      service: `${manager.consoleUrl}/service`,
      signInLink: manager.firstLink ?? null,
      workloadSecurity: manager.workloadSecurity,
      workloadSecurityKey: await keyOfFreshAccount(manager, adminKey),
      agents: manager.agents,
      syslogTcp: manager.intake.syslogTcp ?? null,
      syslogTls: manager.intake.syslogTls ?? null,
      syslogUdp: manager.intake.syslogUdp ?? null,
      sns: manager.intake.sns ?? null,
      smtp: manager.smtp,
      mailbox: mailbox.url,
      adminKey,
      operatorKey: await createKeyFor(manager.platform, { name: 'ephemeral operator', role: 'operator' }),
      dataFolder,
    };
    console.log(
      json
        ? JSON.stringify(line)
        : Object.entries(line)
            .map(([key, value]) => `${key.padEnd(20)} ${value ?? '-'}`)
            .join('\n'),
    );
    await stopped;
  } finally {
    for (const step of undo.reverse()) await step();
  }
  process.exit(0);
}

/** An account of its own for whoever comes with the Workload Security API alone. */
async function keyOfFreshAccount({ platform, consoleUrl }: Manager, adminKey: string): Promise<string> {
  const client = createClient({ base: `${consoleUrl}/service`, headers: { authorization: `Bearer ${adminKey}` } });
  const { id } = await client(routes.createAccount, {
    body: { customerName: 'Workload Security', name: 'workload-security', plan: 'highend' },
  });
  return createApiKeyFor(platform, id, 'ephemeral full access');
}

async function upForGood(values: { json: boolean; data?: string | undefined; 'no-agent': boolean }): Promise<void> {
  const startedAt = performance.now();
  const dataFolder = chooseDataFolder(values.data);
  const config = readConfig({
    ...process.env,
    SAKIMORI_DATA: dataFolder,
    SAKIMORI_LOG: process.env['SAKIMORI_LOG'] ?? 'warn',
  });
  const stopped = stopRequested({ orEndOfInput: false });
  const earlier = await takeOver(dataFolder);
  if (earlier) say('tookOver', { pid: earlier });
  let manager: Manager | undefined;
  let agent: LocalAgent | undefined;
  try {
    await buildConsole();
    manager = await startManager({ config });
    const key = await createKeyFor(manager.platform, {
      name: `sakimori up on ${hostname()} in ${dataFolder}`,
      role: 'provider-admin',
    });
    writeFileSync(
      join(dataFolder, 'cli.json'),
      `${JSON.stringify({ service: `${manager.consoleUrl}/service`, key })}\n`,
      { mode: 0o600 },
    );
    if (!values['no-agent']) agent = await startLocalAgent(dataFolder, `${manager.consoleUrl}/service`, key);
    tell(manager, dataFolder, agent, Math.round((performance.now() - startedAt) / 100) / 10, values.json);
    await stopped;
    say('stopping');
  } finally {
    await agent?.stop();
    await manager?.stop();
    giveBack(dataFolder);
  }
  process.exit(0);
}

function tell(
  manager: Manager,
  dataFolder: string,
  agent: LocalAgent | undefined,
  seconds: number,
  json: boolean,
): void {
  const facts = {
    console: manager.consoleUrl,
    agents: manager.agents,
    workloadSecurity: manager.workloadSecurity,
    smtp: manager.smtp,
    syslogTcp: manager.intake.syslogTcp ?? '',
    syslogTls: manager.intake.syslogTls ?? '',
    syslogUdp: manager.intake.syslogUdp ?? '',
    sns: manager.intake.sns ?? '',
    dataFolder,
    link: manager.firstLink ?? '',
  };
  if (json) {
    console.log(JSON.stringify({ ...facts, signInLink: manager.firstLink ?? null }));
    return;
  }
  say('ready', { seconds });
  say('addresses', facts);
  if (manager.firstLink) say('link', facts);
  if (agent)
    say(agent.limits.length > 0 ? 'agentLimited' : 'agentRunning', {
      pid: agent.pid,
      limits: agent.limits.join('\n    '),
    });
  say('howToStop');
}

/** Resolves at SIGTERM, SIGINT, SIGHUP or, where asked for, at the end of standard input. */
function stopRequested(until: { orEndOfInput: boolean }): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (!until.orEndOfInput) return;
    process.stdin
      .on('end', resolve)
      .on('close', resolve)
      .on('error', () => resolve());
    process.stdin.resume();
  });
}
