import { readFileSync } from 'node:fs';
import { errorText } from '../../../log.ts';
import { missingFault } from './fault.ts';

/** @throws CommandFault with code 66 */
export function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw missingFault(errorText(error), error);
  }
}

/** @throws CommandFault with code 66 */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw missingFault(errorText(error), error);
  }
}
