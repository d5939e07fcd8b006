import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal, type RuleFault } from '@sakimori/contract';
import { fileNames, suricataYaml } from '@sakimori/contract/suricata-yaml';
import { runBounded } from './bounded-program.ts';
import { plainAddress } from './plain-address.ts';
import { inFolder, uidOfGuests } from './work-folder.ts';

const places = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'].map((folder) => join(folder, 'suricata'));
/** Suricata on the manager's own machine; undefined where it is not there. */
export const findSuricata = (): string | undefined => places.find((path) => existsSync(path));

const secondsMax = 60;
const limits = { seconds: secondsMax, addressKib: 3 * 1024 * 1024, fileKib: 64 * 1024 };
/** Private networks, where nobody says which are the customer's. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];

/** An alert of Suricata's, as its log has it. */
export type CaptureAlert = {
  readonly at: string;
  readonly sid: number;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly protocol: string;
  /** The method and address of a request, a name that was asked for. */
  readonly about: string | undefined;
};

/** What Suricata itself says of rules, one a line; none: it takes them all. */
export function loadFaults(program: string, rules: readonly string[]): Promise<RuleFault[]> {
  return inFolder(async (folder) => {
    await prepare(folder, rules, []);
    const { code, isCut, complaint, said } = await run(program, folder, ['-T']);
    if (isCut) throw new Refusal('trial_too_long', { seconds: secondsMax });
    if (code === 0) return [];
    const why = errorsOf(`${said}\n${complaint}`).filter((text) => !/^detect: error parsing signature/.test(text));
    return [{ text: sentenceOf(why[0] ?? 'the engine does not take the rule') }];
  });
}

/**
 * Plays a capture to rules, in a process that is bounded and belongs to nobody.
 * @throws Refusal `capture_refused`, `rule_faulty`, `trial_too_long`
 */
export function playCapture(
  program: string,
  rules: readonly string[],
  capture: Buffer,
  homeNet: readonly string[],
  onAlert: (alert: CaptureAlert) => void,
): Promise<void> {
  return inFolder(async (folder) => {
    await prepare(folder, rules, homeNet);
    await writeFile(join(folder, 'capture.pcap'), capture);
    const { code, isCut, complaint, said } = await run(program, folder, [
      ...['-r', join(folder, 'capture.pcap'), '-k', 'none', '--runmode', 'single'],
    ]);
    if (isCut) throw new Refusal('trial_too_long', { seconds: secondsMax });
    const errors = errorsOf(`${said}\n${complaint}`);
    const ofRule = errors.find((text) => text.startsWith('detect'));
    if (ofRule) throw new Refusal('rule_faulty', { count: 1, detail: sentenceOf(ofRule) });
    const ofCapture = errors.find((text) => /pcap/i.test(text));
    if (code !== 0 || ofCapture)
      throw new Refusal('capture_refused', { detail: sentenceOf(ofCapture ?? errors[0] ?? `exit code ${code}`) });
    for (const line of (await readEvents(folder)).split('\n')) {
      const alert = readAlert(line);
      if (alert) onAlert(alert);
    }
  });
}

async function prepare(folder: string, rules: readonly string[], homeNet: readonly string[]): Promise<void> {
  const setting = { folder, mode: 'tap', interfaces: [], isOffline: true } as const;
  const nets = homeNet.length > 0 ? homeNet : privateNetworks;
  await writeFile(join(folder, fileNames.configuration), suricataYaml({ ...setting, homeNet: nets }));
  await writeFile(join(folder, fileNames.rules), `${rules.join('\n')}\n`);
}

async function run(program: string, folder: string, args: readonly string[]) {
  let said = '';
  const end = await runBounded({
    ...{ program, folder, ...limits, ...(uidOfGuests === undefined ? {} : { uid: uidOfGuests }) },
    args: ['-c', join(folder, fileNames.configuration), '-l', folder, ...args],
    onLine: (line) => {
      if (said.length < 200_000) said += `${line}\n`;
    },
  });
  return { ...end, said };
}

const readEvents = (folder: string): Promise<string> =>
  readFile(join(folder, fileNames.events), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });

/** `E: detect: …` on the console. */
const errorsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => /(?:^|\s)E: (.*)$/.exec(line.trim())?.[1] ?? []);

/** Without the paths of a folder that is gone by now. */
const sentenceOf = (text: string): string => text.replaceAll(/\/\S*sakimori-workbench-\w+\//g, '').slice(0, 500);

type Json = { readonly [key: string]: unknown };
const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

function readAlert(line: string): CaptureAlert | undefined {
  if (line === '') return undefined;
  let event: Json;
  try {
    event = JSON.parse(line) as Json;
  } catch {
    // The last line of a file that had come to its limit.
    return undefined;
  }
  if (event['event_type'] !== 'alert') return undefined;
  const http = objectOf(event['http']);
  const about = http['url']
    ? `${http['http_method'] ?? ''} ${http['hostname'] ?? ''}${http['url']}`
    : (objectOf(event['tls'])['sni'] ?? dnsName(event['dns']));
  return {
    at: new Date(String(event['timestamp'])).toISOString(),
    sid: Number(objectOf(event['alert'])['signature_id']),
    ...{ source: plainAddress(String(event['src_ip'])), sourcePort: Number(event['src_port'] ?? 0) },
    ...{ destination: plainAddress(String(event['dest_ip'])), destinationPort: Number(event['dest_port'] ?? 0) },
    protocol: String(event['app_proto'] ?? event['proto'] ?? '').toLowerCase(),
    about: about === undefined ? undefined : String(about).trim(),
  };
}

function dnsName(dns: unknown): unknown {
  const query = objectOf(dns)['query'];
  return Array.isArray(query) ? objectOf(query[0])['rrname'] : undefined;
}
