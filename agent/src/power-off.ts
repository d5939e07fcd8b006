import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import { ownRule } from '@sakimori/contract/rule-names';
import type { Clock } from './clock.ts';
import type { DetectionDraft } from './engines/engine.ts';
import { errorText, type Log } from './log.ts';
import { NotSupported } from './tasks.ts';

/** So long until the host goes down: the answer to the manager, and the detection, are on their way by then. */
export const powerOffDelayMs = 5000;

export type PowerOffHands = {
  readonly clock: Clock;
  readonly log: Log;
  /** `agent.json` of the host allows it. */
  readonly isAllowed: boolean;
  /** By which request the host went down last. */
  readonly recall: () => string | undefined;
  readonly keep: (request: string) => Promise<void>;
  readonly tell: (draft: DetectionDraft) => Promise<void>;
  /** The agent says good-bye, where nobody else ends it. */
  readonly stopAgent: () => Promise<void>;
};

/**
 * Powers this host off in a few seconds (S74).
 * @param facts `by`, `reason`, `request`: the same request is carried out once, however often it comes
 * @returns a sentence for a person
 * @throws NotSupported where the host does not allow it; Error without the right to
 */
export async function powerOff(hands: PowerOffHands, facts: HostTaskFacts): Promise<string> {
  const request = String(facts['request'] ?? '');
  if (request !== '' && hands.recall() === request) return 'The host has gone down for this already.';
  if (!hands.isAllowed)
    throw new NotSupported(
      'The configuration of this host (allowStopHost in agent.json) does not let it be stopped from the manager.',
    );
  if (process.geteuid?.() !== 0) throw new Error('The agent has no right to stop this host: it does not run as root.');
  await hands.keep(request);
  const { by, reason } = { by: String(facts['by'] ?? ''), reason: String(facts['reason'] ?? '') };
  hands.log('warn', 'the host is powered off on request of the manager', { by, reason });
  await hands.tell(stoppingDraft(by, reason));
  hands.clock.after(powerOffDelayMs, () => void goDown(hands));
  return `The host goes down in ${powerOffDelayMs / 1000} seconds.`;
}

async function goDown(hands: PowerOffHands): Promise<void> {
  try {
    const words = commandOf(readOr('/proc/1/comm'));
    if (words) return await run(words);
    // Nobody else ends what runs here: only the agent's own work is in order before the machine goes down.
    await hands.stopAgent();
    await callKernel();
  } catch (error) {
    hands.log('error', `the host could not be powered off: ${errorText(error)}`);
  }
}

/** What tells the host's own init to go down in order; `undefined`: there is none that could be told. */
function commandOf(init: string): readonly string[] | undefined {
  if (init === 'systemd' && existsSync('/run/systemd/system')) return ['systemctl', 'poweroff', '--no-wall'];
  return init === 'init' || init === 'openrc-init' ? ['shutdown', '-h', 'now'] : undefined;
}

function run([program, ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { stdio: 'ignore', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with code ${code}`))));
  });
}

/** LINUX_REBOOT_CMD_POWER_OFF of reboot(2). In a PID namespace of its own it ends the init of that, and nothing else. */
const powerOffCommand = 0x4321fedc;

async function callKernel(): Promise<void> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  library.func('void sync(void)')();
  if (library.func('int reboot(int)')(powerOffCommand) !== 0) throw new Error(`reboot(2): error ${koffi.errno()}`);
}

function stoppingDraft(by: string, reason: string): DetectionDraft {
  return {
    kind: 'host.stopping',
    rule: ownRule('host.stopping', 'host.stopping'),
    severity: 'high',
    title: 'The host is powered off on request of the manager',
    mode: 'prevent',
    action: 'isolated',
    actionResult: 'success',
    facts: { reason: reason.slice(0, 300), ...(by ? { by: by.slice(0, 300) } : {}) },
  };
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
