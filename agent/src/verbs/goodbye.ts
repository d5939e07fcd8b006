import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { agentPaths, Goodbye } from '@sakimori/contract/agent-protocol';
import { systemClock, toInstant } from '../clock.ts';
import { readConfig } from '../config.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { identityFileName, readIdentity } from '../identity.ts';
import { errorText } from '../log.ts';
import { Transport } from '../transport.ts';

const goodbyeMsMax = 5000;

/**
 * Says good-bye in this host's name where no agent runs that could: the package's script, so that the manager knows an uninstalled agent from a
 * dead one (S45). @throws ExitError when the host is not enrolled, the reason is none, or the manager is not reached
 */
export async function sayGoodbye(folder: string, reason: string): Promise<string> {
  const given = Goodbye.shape.reason.safeParse(reason);
  if (!given.success)
    throw new ExitError(exitCodes.usage, `--reason must be one of: ${Goodbye.shape.reason.options.join(', ')}`);
  if (!existsSync(join(folder, identityFileName)))
    throw new ExitError(exitCodes.config, `no host is enrolled in ${folder}: nobody waits for it`);
  const { ca, certificate, key, ...identity } = readIdentity(folder)!;
  const { agents = identity.agents } = readConfig(folder, process.env);
  const transport = new Transport({ agents, ca, credentials: { certificate, key } });
  try {
    const goodbye: Goodbye = { reason: given.data, at: toInstant(systemClock.nowMs()) };
    await transport.call('POST', agentPaths.goodbye, goodbye, { timeoutMs: goodbyeMsMax });
    return `the manager knows: ${given.data}\n`;
  } catch (error) {
    throw new ExitError(exitCodes.unavailable, `the manager could not be told: ${errorText(error)}`);
  } finally {
    transport.close();
  }
}
