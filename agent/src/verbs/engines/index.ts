import { parseArgs } from 'node:util';
import { modules } from '@sakimori/contract/module';
import { systemClock } from '../../clock.ts';
import { ExitError, exitCodes } from '../../exit-codes.ts';
import { errorText } from '../../log.ts';
import { readEngineModules } from './catalogue.ts';
import { installEngines } from './install.ts';
import { removeEngines } from './remove.ts';
import { describeEngines, enginesStatus } from './status.ts';

const help = `sakimori-agent engines: the programs that modules stand on (ClamAV, Suricata, nftables, iptables)

  sakimori-agent engines install [--modules A,B] [--dry-run] [--mirror URL]
      from the packages of the distribution; their services stay off, since the agent runs the programs itself
  sakimori-agent engines status  [--modules A,B]
      version, path, process, memory and state of each
  sakimori-agent engines remove  [--modules A,B] [--packages] [--quarantine] [--dry-run]
      processes, rules in the kernel and folders of the agent's engines; the agent has to be stopped first

  --modules A,B   of ${modules.join(', ')}; antimalware, webreputation, firewall and intrusion where not given
  --dry-run       say what would be done, as commands, and do nothing
  --mirror URL    where Debian's backports are fetched from, instead of deb.debian.org
  --packages      also the packages that "engines install" has installed here, and no others
  --quarantine    also files in quarantine
  --data DIR      data folder of the agent (/var/lib/sakimori-agent)
  --json          the result as one line of JSON; progress goes to standard error

Exit codes: 0 done, 64 wrong usage, 69 packages cannot be fetched or installed, 75 the agent runs (remove), 77 only root may, 78 distribution not known.
`;

const options = {
  data: { type: 'string', default: '/var/lib/sakimori-agent' },
  modules: { type: 'string' },
  mirror: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  packages: { type: 'boolean', default: false },
  quarantine: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @returns the exit code. @throws ExitError */
export async function runEngines(given: readonly string[]): Promise<number> {
  // Timers of the clock do not keep the process: while a left-over one is waited for, it would end in the middle, with nothing said.
  const keepAlive = setInterval(() => {}, 2 ** 30);
  return carryOut(given).finally(() => clearInterval(keepAlive));
}

async function carryOut(given: readonly string[]): Promise<number> {
  const { values, positionals } = readGiven(given);
  const [verb, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(help);
    return exitCodes.ok;
  }
  if (rest.length > 0)
    throw new ExitError(exitCodes.usage, `unexpected: ${rest.join(' ')}\nTry: sakimori-agent engines --help`);
  const wanted = readEngineModules(values.modules);
  const { data: folder, json } = values;
  const isDry = values['dry-run'];
  const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const tell = (result: unknown, text: string) =>
    void process.stdout.write(json ? `${JSON.stringify(result)}\n` : text);
  switch (verb) {
    case 'install': {
      const outcome = await installEngines({ folder, modules: wanted, mirror: values.mirror, isDry, say });
      const there = outcome.alreadyThere.map((name) => `${name} is there already\n`).join('');
      const done = outcome.installed.map((name) => `${name} is installed\n`).join('');
      tell(outcome, isDry ? `${outcome.commands.join('\n') || 'Nothing is missing.'}\n` : `${there}${done}`);
      return exitCodes.ok;
    }
    case 'status': {
      const status = await enginesStatus(folder, wanted, systemClock);
      tell(status, describeEngines(status));
      return exitCodes.ok;
    }
    case 'remove': {
      const { packages, quarantine } = values;
      const outcome = await removeEngines({
        ...{ folder, packages, quarantine, isDry, clock: systemClock },
        modules: values.modules === undefined ? modules : wanted,
        say: (what) => say(isDry ? `would remove ${what}` : `removed ${what}`),
      });
      const kept = outcome.kept.map((what) => `kept ${what}\n`).join('');
      tell(outcome, `${kept}${outcome.removed.length === 0 ? 'Nothing of ours was there.\n' : ''}`);
      return exitCodes.ok;
    }
    default:
      throw new ExitError(
        exitCodes.usage,
        `${verb ? `engines has no verb "${verb}"` : 'a verb is missing'}\n\n${help}`,
      );
  }
}

function readGiven(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    throw new ExitError(exitCodes.usage, `${errorText(error)}\nTry: sakimori-agent engines --help`);
  }
}
