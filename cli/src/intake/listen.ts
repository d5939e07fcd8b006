import { readFileSync } from 'node:fs';
import { type Frame, parseLines } from '@sakimori/contract/intake/index';
import { type DoorFault, SyslogDoor, type SyslogSender } from '@sakimori/contract/intake/syslog-door';
import { InvalidArgumentError } from 'commander';
import type { Cli, Verb } from '../cli.ts';
import { CliFault, exitCodes } from '../fault.ts';
import { Counts, LineOutput } from './output.ts';

type Options = {
  host: string;
  udp?: number;
  tcp?: number;
  tls?: number;
  certificate?: string;
  certificateKey?: string;
  clientAuthority?: string;
  revoked?: string;
};

/** Opens doors as the customer's manager would be pointed at, and prints what comes in. Nothing is stored. */
export const listenIntake: Verb = (noun, cli) =>
  noun
    .command('listen')
    .description(cli.say('intake.listen'))
    .option('--host <ADDRESS>', cli.say('option.listenHost'), '127.0.0.1')
    .option('--udp <PORT>', cli.say('option.listenUdp'), portParser(cli))
    .option('--tcp <PORT>', cli.say('option.listenTcp'), portParser(cli))
    .option('--tls <PORT>', cli.say('option.listenTls'), portParser(cli))
    .option('--certificate <FILE>', cli.say('option.certificate'))
    .option('--certificate-key <FILE>', cli.say('option.certificateKey'))
    .option('--client-authority <FILE>', cli.say('option.clientAuthority'))
    .option('--revoked <FILE>', cli.say('option.revoked'))
    .action(async (options: Options) => {
      if ([options.udp, options.tcp, options.tls].every((port) => port === undefined))
        throw new CliFault('fault.noDoor', {}, exitCodes.usage);
      const counts = new Counts();
      const faults = new Map<DoorFault, number>();
      const output = new LineOutput();
      const door = new SyslogDoor({
        slots: 1,
        take: (sender, frames) => print(sender, frames, counts, output),
        onFault: (_, fault) => faults.set(fault, (faults.get(fault) ?? 0) + 1),
      });
      try {
        await open(door, options, cli);
        await stopAsked();
      } finally {
        const kernelLost = await door.kernelLost().catch(() => undefined);
        await door.close();
        await output.end();
        tellLoss(cli, door.lost + (kernelLost ?? 0), faults);
      }
      counts.tell(cli);
    });

async function print(
  sender: SyslogSender,
  frames: readonly Frame[],
  counts: Counts,
  output: LineOutput,
): Promise<void> {
  for (const { bytes, isCut } of frames) {
    const { events, problem } = parseLines(bytes.toString('utf8'));
    counts.add(events.length, isCut ? 'cut' : problem);
    for (const event of events) output.add(JSON.stringify({ sender, ...event, ...(isCut ? { truncated: true } : {}) }));
  }
  await output.end();
}

async function open(door: SyslogDoor, options: Options, cli: Cli): Promise<void> {
  const { host } = options;
  const opened: [string, number][] = [];
  try {
    if (options.udp !== undefined) opened.push(['UDP', await door.openUdp(host, options.udp)]);
    if (options.tcp !== undefined) opened.push(['TCP', await door.openTcp(host, options.tcp)]);
    if (options.tls !== undefined) opened.push(['TLS', await door.openTls(host, options.tls, readTls(options))]);
  } catch (error) {
    if (error instanceof CliFault) throw error;
    throw new CliFault('fault.door', { detail: (error as Error).message }, exitCodes.configuration);
  }
  for (const [transport, port] of opened) cli.remark(cli.say('intake.opened', { transport, host, port: String(port) }));
}

function readTls({ certificate, certificateKey, clientAuthority, revoked }: Options) {
  if (!certificate || !certificateKey) throw new CliFault('fault.noCertificate', {}, exitCodes.usage);
  return {
    cert: readText(certificate),
    key: readText(certificateKey),
    ...(clientAuthority ? { ca: readText(clientAuthority), isClientNeeded: true } : {}),
    ...(revoked ? { crl: readText(revoked) } : {}),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CliFault('fault.file', { path, detail: (error as Error).message }, exitCodes.usage);
  }
}

function tellLoss(cli: Cli, lost: number, faults: ReadonlyMap<DoorFault, number>): void {
  if (lost > 0) cli.remark(cli.say('intake.lost', { count: lost }));
  for (const [fault, count] of faults) cli.remark(cli.say(`intake.doorFault.${fault}`, { count }));
}

const stopAsked = (): Promise<void> =>
  new Promise((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop());
  });

const portParser =
  (cli: Cli) =>
  (value: string): number => {
    if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    throw new InvalidArgumentError(cli.say('usage.port'));
  };
