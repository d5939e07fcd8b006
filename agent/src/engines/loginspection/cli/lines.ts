import { StringDecoder } from 'node:string_decoder';

/** Characters after which a line is taken as it is: one without end must not fill the memory. */
const charsMax = 1_000_000;

/**
 * The lines of a stream, as many at a time as came together: a caller that handles them in one go is not held up by each. Ends of `\n` and `\r\n` are
 * taken off; the last line may lack one.
 */
export async function* readLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk));
    const lines = text.split('\n');
    rest = lines.pop()!;
    if (rest.length > charsMax) {
      lines.push(rest);
      rest = '';
    }
    // Few logs have `\r`: one search in the whole is quicker than one look at the end of each line.
    if (lines.length > 0) yield text.includes('\r') ? lines.map(trim) : lines;
  }
  rest += decoder.end();
  if (rest !== '') yield [trim(rest)];
}

const trim = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
