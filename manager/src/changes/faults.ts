import { Refusal } from '@sakimori/contract';
import { BackendFault } from '../backends/index.ts';

/** What the backend refuses, in its own words. @throws Refusal backend_refused */
export async function orRefusal<T>(work: Promise<T>): Promise<T> {
  return work.catch((error) => {
    if (error instanceof BackendFault)
      throw new Refusal('backend_refused', { detail: error.message.slice(0, 1000) }, { cause: error });
    throw error;
  });
}
