import { Refusal, refusalText } from '@sakimori/contract';
import { ModelFault } from '@sakimori/contract/workload-security/index';
import { isCancelled, isDeadlock } from '../../platform/index.ts';

/** What a call is answered with instead of its result: a status and a sentence, as clients of this API expect them. */
export class ApiFault extends Error {
  readonly status: number;
  constructor(status: 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiFault';
    this.status = status;
  }
}

export const badRequest = (message: string): ApiFault => new ApiFault(400, message);
/** The same words whether there is none or it is not the caller's. */
export const notFound = (what: string, id?: string | number): ApiFault =>
  new ApiFault(404, id === undefined ? `There is no such ${what}.` : `There is no ${what} with the ID ${id}.`);

/** A refusal of ours in words: its detail where it has one. */
function sentenceOf(refusal: Refusal): string {
  const { detail } = refusal.facts;
  return typeof detail === 'string' ? detail : refusalText('en', refusal);
}

/** Any error as a fault; what is not the caller's doing says nothing of its reason. */
export function toFault(error: unknown): ApiFault {
  if (error instanceof ApiFault) return error;
  if (error instanceof ModelFault) return badRequest(error.message);
  if (error instanceof Refusal && error.code === 'unavailable')
    return new ApiFault(503, 'The service cannot answer right now. Nothing was stored; please send it again.', {
      cause: error,
    });
  if (error instanceof Refusal && error.code === 'too_many_requests')
    return new ApiFault(429, 'Too many API requests.');
  if (error instanceof Refusal && error.status < 500) return badRequest(sentenceOf(error));
  if (isCancelled(error)) return badRequest('This takes too long: search for less, or in fewer fields.');
  if (isDeadlock(error))
    return new ApiFault(503, 'Another change stood in the way. Nothing was stored; please send it again.', {
      cause: error,
    });
  const { statusCode } = error as { statusCode?: number };
  if (statusCode === 413) return new ApiFault(413, 'The body is larger than 10 MB.');
  if (statusCode !== undefined && statusCode < 500) return badRequest((error as Error).message.slice(0, 300));
  return new ApiFault(500, 'Something failed on our side. It has been logged.', { cause: error });
}
