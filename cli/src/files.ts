import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliFault, exitCodes } from './fault.ts';

/** A file that a person named; `-` is standard input. @throws CliFault */
export function readGiven(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new CliFault('fault.file', { path, detail: (error as Error).message }, exitCodes.usage);
  }
}

/** As it is, for a file whose encoding is to be found out. @throws CliFault */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw new CliFault('fault.file', { path, detail: (error as Error).message }, exitCodes.usage);
  }
}

/** Writes into a folder that is made where it is missing. @returns the file's path. @throws CliFault */
export function writeInto(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw new CliFault('fault.write', { path, detail: (error as Error).message });
  }
  return path;
}
