import { readFileSync } from 'node:fs';
import type { IntakeDoors } from '@sakimori/contract';
import { SyslogDoor, type TlsSettings } from '@sakimori/contract/intake/syslog-door';
import { ConfigFault, freePort, type Platform } from '../platform/index.ts';
import { IntakeFolder } from './folder.ts';
import type { Intake } from './intake.ts';
import { SnsDoor } from './sns-door.ts';

/** Ports where none is chosen; another one where it is in use. */
const portDefaults = { tcp: 7514, tls: 7614, udp: 7514, sns: 7303 } as const;
const folderMs = 2000;

/** A certificate for the doors, where the configuration names none. */
export type IssueServer = (names: readonly string[]) => Promise<{ pem: string; key: string }>;

/** The doors at which Trend Micro's managers and agents, and Amazon SNS, knock. */
export class Receivers {
  readonly #platform: Platform;
  readonly #intake: Intake;
  readonly #ended: Record<string, number> = {};
  readonly #syslog: SyslogDoor;
  readonly #sns: SnsDoor;
  #addresses: Partial<Pick<IntakeDoors, 'syslogTcp' | 'syslogTls' | 'syslogUdp' | 'sns'>> = {};
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<unknown> | undefined;

  constructor(platform: Platform, intake: Intake) {
    this.#platform = platform;
    this.#intake = intake;
    const onFault = (code: string) => {
      this.#ended[code] = (this.#ended[code] ?? 0) + 1;
    };
    this.#syslog = new SyslogDoor({
      take: (sender, frames) => intake.takeFrames(sender, frames),
      onFault: (_, fault) => onFault(fault),
      connectionsMax: 512,
    });
    this.#sns = new SnsDoor({ platform, intake, onFault });
  }

  /** Where senders are pointed at, once the doors are open. */
  get addresses(): Omit<IntakeDoors, 'ended' | 'lostDatagrams'> {
    const folder = this.#platform.config.SAKIMORI_INTAKE_FOLDER;
    return { ...this.#addresses, ...(folder ? { folder } : {}) };
  }

  async doors(): Promise<IntakeDoors> {
    const kernelLost = (await this.#syslog.kernelLost().catch(() => undefined)) ?? 0;
    return { ...this.addresses, lostDatagrams: this.#syslog.lost + kernelLost, ended: { ...this.#ended } };
  }

  async open(issue: IssueServer): Promise<void> {
    const { config } = this.#platform;
    const host = config.SAKIMORI_INTAKE_HOST;
    const names = [
      ...config.SAKIMORI_INTAKE_NAMES.split(',')
        .map((name) => name.trim())
        .filter(Boolean),
      host,
      '127.0.0.1',
      'localhost',
    ];
    const isAny = host === '0.0.0.0' || host === '::';
    const shown = isAny ? (names[0] === host ? '127.0.0.1' : names[0]!) : host;
    const own = await readCertificate(this.#platform, () =>
      issue(names.filter((name) => name !== '0.0.0.0' && name !== '::')),
    );
    const clients = readClients(this.#platform);
    const at = (port: number) => `${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
    this.#intake.quarantine.start();
    this.#addresses = {
      syslogTcp: at(
        await opened('SAKIMORI_SYSLOG_TCP_PORT', config.SAKIMORI_SYSLOG_TCP_PORT, portDefaults.tcp, (port) =>
          this.#syslog.openTcp(host, port),
        ),
      ),
      syslogTls: at(
        await opened('SAKIMORI_SYSLOG_TLS_PORT', config.SAKIMORI_SYSLOG_TLS_PORT, portDefaults.tls, (port) =>
          this.#syslog.openTls(host, port, { ...own, ...clients }),
        ),
      ),
      syslogUdp: at(
        await opened('SAKIMORI_SYSLOG_UDP_PORT', config.SAKIMORI_SYSLOG_UDP_PORT, portDefaults.udp, (port) =>
          this.#syslog.openUdp(host, port),
        ),
      ),
      sns: `https://${at(await opened('SAKIMORI_SNS_PORT', config.SAKIMORI_SNS_PORT, portDefaults.sns, (port) => this.#sns.open(host, port, own)))}/sns`,
    };
    const folder = config.SAKIMORI_INTAKE_FOLDER;
    if (!folder) return;
    const reader = new IntakeFolder(this.#platform, this.#intake, folder);
    this.#timer = setInterval(() => this.#look(reader), folderMs);
  }

  /** What was read is committed before this returns, or given up where the database is away. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#intake.stopping();
    await Promise.all([this.#syslog.close(), this.#sns.close(), this.#reading]);
    await this.#intake.quarantine.stop();
  }

  #look(folder: IntakeFolder): void {
    this.#reading ??= folder
      .read()
      .catch((error: Error) =>
        this.#platform.log.warn({ err: error.message }, 'the folder of the intake could not be read'),
      )
      .finally(() => {
        this.#reading = undefined;
      });
  }
}

/** The chosen port, or the usual one, or a free one where that is in use. */
async function opened(
  setting: string,
  chosen: number | undefined,
  usual: number,
  open: (port: number) => Promise<number>,
): Promise<number> {
  try {
    return await open(chosen ?? usual);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && chosen === undefined) return open(await freePort());
    if (code === 'EADDRINUSE')
      throw new ConfigFault([
        `${setting}: port ${chosen} is in use by another program; choose another, or 0 for a free one`,
      ]);
    if (code === 'EACCES')
      throw new ConfigFault([`${setting}: port ${chosen} may be opened by root only; choose one above 1023`]);
    if (code === 'EADDRNOTAVAIL') throw new ConfigFault(['SAKIMORI_INTAKE_HOST: this machine has no such address']);
    throw error;
  }
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigFault([`${setting}: ${(error as Error).message}`]);
  }
}

async function readCertificate(
  { config }: Platform,
  issue: () => Promise<{ pem: string; key: string }>,
): Promise<{ cert: string; key: string }> {
  const { SAKIMORI_INTAKE_CERTIFICATE: certificate, SAKIMORI_INTAKE_KEY: key } = config;
  if ((certificate === undefined) !== (key === undefined))
    throw new ConfigFault(['SAKIMORI_INTAKE_CERTIFICATE and SAKIMORI_INTAKE_KEY: give both, or neither']);
  if (certificate && key)
    return { cert: readText('SAKIMORI_INTAKE_CERTIFICATE', certificate), key: readText('SAKIMORI_INTAKE_KEY', key) };
  const issued = await issue();
  return { cert: issued.pem, key: issued.key };
}

function readClients({ config }: Platform): Pick<TlsSettings, 'ca' | 'crl' | 'isClientNeeded'> {
  const { SAKIMORI_SYSLOG_CLIENT_AUTHORITY: authority, SAKIMORI_SYSLOG_REVOKED: revoked } = config;
  if (!authority && (revoked || config.SAKIMORI_SYSLOG_CLIENT_NEEDED))
    throw new ConfigFault(['SAKIMORI_SYSLOG_CLIENT_AUTHORITY: without it no client certificate can be looked at']);
  return {
    ...(authority ? { ca: readText('SAKIMORI_SYSLOG_CLIENT_AUTHORITY', authority) } : {}),
    ...(revoked ? { crl: readText('SAKIMORI_SYSLOG_REVOKED', revoked) } : {}),
    isClientNeeded: config.SAKIMORI_SYSLOG_CLIENT_NEEDED,
  };
}
