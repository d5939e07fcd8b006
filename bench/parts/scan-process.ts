// One run of `sakimori-agent logscan` in a process of its own: what it prints is counted and thrown away, and the parent is told what it cost.
import { Writable } from 'node:stream';
import { runLogscan } from '@sakimori/agent/engines/loginspection/cli/logscan';

const startedMs = performance.now();
let bytes = 0;
let last = '';
const output = new Writable({
  decodeStrings: false,
  write(text: string, _encoding, done) {
    bytes += text.length;
    last = text;
    done();
  },
});
const argv = process.argv.slice(2);
const exitCode = await runLogscan(argv, { input: process.stdin, output, error: process.stderr });
const { user, system } = process.cpuUsage();
process.send?.({
  exitCode,
  seconds: (performance.now() - startedMs) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  outputBytes: bytes,
  summary: last,
});
