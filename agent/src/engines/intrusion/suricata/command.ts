import { connect } from 'node:net';
import type { Clock } from '../../../clock.ts';

/** Suricata answered that it cannot. */
export class CommandRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandRefused';
  }
}

const answerBytesMax = 4 * 1024 * 1024;

/**
 * Asks a running Suricata one thing over its command socket: lines of JSON, a greeting first (`unix-manager.c`).
 * @returns what stands in `message`. @throws CommandRefused; Error where there is no answer in time
 */
export function askSuricata(clock: Clock, path: string, command: string, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    let isGreeted = false;
    const end = (settle: () => void) => {
      cancel();
      socket.destroy();
      settle();
    };
    const fail = (why: string) => end(() => reject(new Error(`Suricata's command socket: ${why}`)));
    const cancel = clock.after(timeoutMs, () => fail(`no answer to ${command} within ${timeoutMs} ms`));
    const take = (line: string) => {
      const answer = JSON.parse(line) as { return?: string; message?: unknown };
      if (answer.return !== 'OK')
        end(() => reject(new CommandRefused(`${command}: ${JSON.stringify(answer.message)}`)));
      else if (isGreeted) end(() => resolve(answer.message));
      else {
        isGreeted = true;
        socket.write(`${JSON.stringify({ command })}\n`);
      }
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write('{"version":"0.2"}\n'));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('closed'));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > answerBytesMax) return fail('the answer is too long');
      try {
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          take(line);
        }
      } catch (error) {
        fail((error as Error).message);
      }
    });
  });
}
