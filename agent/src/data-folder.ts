import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { ExitError, exitCodes } from './exit-codes.ts';
import { errorText } from './log.ts';

/** Makes the data folder if need be and keeps others out of it. @throws ExitError when that is not possible */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch (error) {
    throw new ExitError(exitCodes.config, `the data folder ${folder} cannot be used: ${errorText(error)}`);
  }
}
