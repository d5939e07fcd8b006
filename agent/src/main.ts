import { parseArgs } from 'node:util';
import { ExitError, exitCodes } from './exit-codes.ts';
import { leave } from './leave.ts';
import { errorText } from './log.ts';
import { agentVersion } from './version.ts';

const help = `sakimori-agent ${agentVersion}: watches this host and reports to the Sakimori manager

  sakimori-agent run    --data DIR [--token-file FILE]   run in the foreground; enrols first where there is no identity yet
  sakimori-agent enrol  --data DIR --token-file FILE     enrol this host with a one-time token; FILE may be - for standard input
  sakimori-agent status --data DIR [--json]              say how the agent fares
  sakimori-agent goodbye --data DIR [--reason uninstall]  tell the manager that no agent will be heard from this host, where none runs
  sakimori-agent logtest [--help]                        try log-inspection rules on the lines of standard input
  sakimori-agent logscan [--help] FILE …                 run whole logs through them
  sakimori-agent integrity init|check|diff --help        record what files are, and compare
  sakimori-agent preflight [--modules A,B] [--light]     say whether this host is up to it; exit code 1 with warnings
  sakimori-agent engines install|status|remove --help    the programs that modules stand on: ClamAV, Suricata, nftables
  sakimori-agent --version | --help

  --token TOKEN   the token itself; other users of this host can see it in the list of processes
  --force         with enrol: give a host that is enrolled already a new identity

The data folder is /var/lib/sakimori-agent where --data is not given. Settings: agent.json in it, or SAKIMORI_AGENT_* in the environment.
Exit codes: 0 well, 64 wrong usage, 65 a file is refused, 66 a file is missing, 69 manager not reached or refusing, 75 another agent runs here, 77 only root may, 78 configuration or identity not usable.
`;

const options = {
  data: { type: 'string', default: '/var/lib/sakimori-agent' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  force: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  reason: { type: 'string', default: 'uninstall' },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readArguments(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    throw new ExitError(exitCodes.usage, `${errorText(error)}\nTry: sakimori-agent --help`);
  }
}

async function main(given: readonly string[]): Promise<void> {
  // These read and answer on their own terms, and have exit codes of their own.
  if (given[0] === 'logtest') {
    process.exitCode = await (await import('./engines/loginspection/cli/logtest.ts')).runLogtest(given.slice(1));
    return;
  }
  if (given[0] === 'logscan') {
    process.exitCode = await (await import('./engines/loginspection/cli/logscan.ts')).runLogscan(given.slice(1));
    return;
  }
  if (given[0] === 'integrity') {
    process.exitCode = await (await import('./verbs/integrity.ts')).runIntegrity(given.slice(1));
    return;
  }
  if (given[0] === 'preflight') {
    process.exitCode = await (await import('./verbs/preflight.ts')).runPreflight(given.slice(1));
    return;
  }
  if (given[0] === 'engines') {
    process.exitCode = await (await import('./verbs/engines/index.ts')).runEngines(given.slice(1));
    return;
  }
  const { values, positionals } = readArguments(given);
  if (values.version) return print(`${agentVersion}\n`);
  if (values.help) return print(help);
  const [verb, ...rest] = positionals;
  if (rest.length > 0)
    throw new ExitError(exitCodes.usage, `unexpected: ${rest.join(' ')}\nTry: sakimori-agent --help`);
  const { data: folder, force, token, 'token-file': tokenFile } = values;
  // Each verb is loaded when it is needed: `status` should not carry the engines.
  switch (verb) {
    case 'run':
      return (await import('./verbs/run.ts')).runAgent({ folder, force: false, token, tokenFile });
    case 'enrol': {
      const { hostId, accountId } = await (await import('./verbs/enrol.ts')).enrolHost({
        folder,
        force,
        token,
        tokenFile,
      });
      return print(`enrolled as host ${hostId} of account ${accountId}\n`);
    }
    case 'goodbye':
      return print(await (await import('./verbs/goodbye.ts')).sayGoodbye(folder, values.reason));
    case 'status':
      return print((await import('./verbs/status.ts')).showStatus(folder, values.json));
    default:
      throw new ExitError(exitCodes.usage, `${verb ? `there is no verb "${verb}"` : 'a verb is missing'}\n\n${help}`);
  }
}

function print(text: string): void {
  process.stdout.write(text);
}

function fail(error: unknown): never {
  const isKnown = error instanceof ExitError;
  process.stderr.write(`sakimori-agent: ${isKnown || !(error instanceof Error) ? errorText(error) : error.stack}\n`);
  process.exit(isKnown ? error.exitCode : exitCodes.internal);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
// Whatever is written is for the agent's own user alone.
process.umask(0o077);
main(process.argv.slice(2)).then(() => leave(Number(process.exitCode ?? exitCodes.ok)), fail);
