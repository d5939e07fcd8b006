import type { Clock } from '../clock.ts';
import { errorText } from '../log.ts';

/** @returns why there was no answer in time; `undefined`: there was. What comes later is not waited for. */
export async function ask(clock: Clock, put: () => Promise<unknown>, answerMs: number): Promise<string | undefined> {
  let cancel: () => void = () => undefined;
  const late = new Promise<string>((done) => {
    cancel = clock.after(answerMs, () => done(`no answer within ${answerMs / 1000} s`));
  });
  const answer = (async () => put())().then(() => undefined, errorText);
  try {
    return await Promise.race([answer, late]);
  } finally {
    cancel();
  }
}
