import { once } from 'node:events';
import { connect } from 'node:net';

export type Scan = { readonly state: 'clean' | 'held' | 'unscanned'; readonly finding: string | null };

const timeoutMs = 60_000;
const chunkBytes = 64 * 1024;

/**
 * Asks clamd what a file is, over its own protocol (INSTREAM). It unpacks archives within limits of its own, so that no bomb is unpacked here; one that
 * goes beyond them is held back too. Where no scanner is named or answers, nothing is called clean.
 * @param place path of its socket, or `host:port`
 */
export async function scan(place: string | undefined, content: Buffer): Promise<Scan> {
  if (!place) return { state: 'unscanned', finding: null };
  try {
    return readAnswer(await ask(place, content));
  } catch {
    return { state: 'unscanned', finding: null };
  }
}

function readAnswer(answer: string): Scan {
  const found = /^stream: (.{1,200}) FOUND$/.exec(answer);
  if (found) return { state: 'held', finding: found[1]! };
  return { state: answer === 'stream: OK' ? 'clean' : 'unscanned', finding: null };
}

async function ask(place: string, content: Buffer): Promise<string> {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(place) ?? [];
  const socket = port ? connect({ host: host!, port: Number(port) }) : connect({ path: place });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('clamd does not answer')));
  try {
    const chunks: Buffer[] = [];
    const answered = (async () => {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        if (chunks.length > 100) break;
      }
    })();
    answered.catch(() => undefined);
    await once(socket, 'connect');
    socket.write('zINSTREAM\0');
    for (let at = 0; at < content.length; at += chunkBytes) {
      const part = content.subarray(at, at + chunkBytes);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(part.length);
      socket.write(size);
      if (!socket.write(part)) await Promise.race([once(socket, 'drain'), answered]);
    }
    socket.write(Buffer.alloc(4));
    await answered;
    return Buffer.concat(chunks).toString('utf8').replace(/\0.*$/s, '').trim();
  } finally {
    socket.destroy();
  }
}
