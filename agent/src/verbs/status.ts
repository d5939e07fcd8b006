import { systemClock } from '../clock.ts';
import { ExitError, exitCodes } from '../exit-codes.ts';
import { describeStatus, readStatus } from '../status-file.ts';

/** Says how the agent in this folder fares. @returns the text; @throws ExitError when no agent has run here, or may be read */
export function showStatus(folder: string, json: boolean): string {
  const found = readStatus(folder, systemClock.nowMs());
  if (!found)
    throw new ExitError(exitCodes.unavailable, `no agent has run in ${folder}, or its status may not be read`);
  const { status, isRunning } = found;
  return json ? `${JSON.stringify({ isRunning, ...status })}\n` : describeStatus(status, isRunning);
}
