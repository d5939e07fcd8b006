import { z } from 'zod';

const Port = z.coerce.number().int().min(0).max(65535);

const Endpoint = z.url({ protocol: /^https?$/ }).optional();

/** Every variable of the manager: type, default and a sentence. `docs/reference/config.md` is generated from this list. */
export const Config = z.object({
  SAKIMORI_DATA: z
    .string()
    .min(1)
    .describe('Folder that holds everything the manager keeps: secrets, embedded database, run state'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe(
      'PostgreSQL ≥ 15 of your own. The login must own the database and be allowed to create roles. Left out: an embedded PostgreSQL in the data folder',
    ),
  SAKIMORI_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Master secret that encrypts stored secrets; needed where several manager processes do not share the data folder. Left out: made once in the data folder',
    ),
  SAKIMORI_HOST: z.string().min(1).default('127.0.0.1').describe('Address on which console and service API listen'),
  SAKIMORI_PORT: Port.default(7300).describe('Port of console and service API; 0 picks a free one'),
  SAKIMORI_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Public address of the console, as links in mails show it. Left out: made from host and port'),
  SAKIMORI_AGENTS_HOST: z.string().min(1).default('127.0.0.1').describe('Address on which the agents’ door listens'),
  SAKIMORI_AGENTS_PORT: Port.default(7301).describe('Port of the agents’ door (mutual TLS)'),
  SAKIMORI_AGENTS_NAMES: z
    .string()
    .default('')
    .describe(
      'Further host names or addresses of the agents’ door, separated by commas, for its certificate; the first is written into enrolment tokens',
    ),
  SAKIMORI_API_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address on which the Workload Security API listens'),
  SAKIMORI_API_PORT: Port.optional().describe(
    'Port of the Workload Security API (HTTPS); 0 picks a free one. Left out: 7302, or a free one where that is in use',
  ),
  SAKIMORI_API_NAMES: z
    .string()
    .default('')
    .describe(
      'Further host names or addresses of the Workload Security API, separated by commas, for its certificate; the first is written into deployment scripts',
    ),
  SAKIMORI_CHANGE_APPROVAL: z
    .enum(['second', 'reason'])
    .default('reason')
    .describe(
      'Who approves a configuration change: `second` somebody else than whoever opened it; `reason` whoever opened it may as well, with a reason that is kept',
    ),
  SAKIMORI_API_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(500)
    .describe('Calls of the Workload Security API that one key may make in a minute'),
  SAKIMORI_AWS_ENDPOINT: Endpoint.describe(
    'Asked instead of AWS by cloud connectors and for what Amazon SNS signs with, for all its services: a gateway, or a local server. Left out: AWS itself',
  ),
  SAKIMORI_GCP_ENDPOINT: Endpoint.describe(
    'Asked instead of Google Cloud by cloud connectors, for tokens too. Left out: Google Cloud itself',
  ),
  SAKIMORI_VCENTER_ENDPOINT: Endpoint.describe(
    'Asked instead of the host that a vCenter connector names: a gateway into the data centre. Left out: that host, which then may not be this machine',
  ),
  SAKIMORI_REMOTE_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(300)
    .describe(
      'Calls of a remote tenant that are made in a minute with its key, by all processes of the manager together; below its own limit there, so that others with the key are served too',
    ),
  SAKIMORI_REMOTE_SYNC_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(5)
    .describe('How often computers and policies of a remote tenant are fetched'),
  SAKIMORI_REMOTE_ALLOWED_ADDRESSES: z
    .string()
    .default('')
    .describe(
      'Addresses and names that a remote tenant may have although they are this machine or its link, separated by commas: a gateway, or a second manager for tests. Left out: none',
    ),
  SAKIMORI_INTAKE_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address on which events of Trend Micro’s products are received: syslog and Amazon SNS'),
  SAKIMORI_INTAKE_NAMES: z
    .string()
    .default('')
    .describe(
      'Further host names or addresses of these doors, separated by commas, for their certificate; the first is shown',
    ),
  SAKIMORI_INTAKE_CERTIFICATE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the certificate and its chain for syslog over TLS and for Amazon SNS. Left out: one of the manager’s own authority, which Amazon does not trust',
    ),
  SAKIMORI_INTAKE_KEY: z.string().min(1).optional().describe('File with the key of that certificate'),
  SAKIMORI_INTAKE_FOLDER: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder in which another program lays what it fetched from S3 or a queue, a folder a source. Left out: none',
    ),
  SAKIMORI_SYSLOG_TCP_PORT: Port.optional().describe(
    'Port of syslog over TCP; 0 picks a free one. Left out: 7514, or a free one where that is in use',
  ),
  SAKIMORI_SYSLOG_TLS_PORT: Port.optional().describe(
    'Port of syslog over TLS; 0 picks a free one. Left out: 7614, or a free one where that is in use',
  ),
  SAKIMORI_SYSLOG_UDP_PORT: Port.optional().describe(
    'Port of syslog over UDP; 0 picks a free one. Left out: 7514, or a free one where that is in use',
  ),
  SAKIMORI_SYSLOG_CLIENT_AUTHORITY: z
    .string()
    .min(1)
    .optional()
    .describe(
      'File with the authorities of client certificates of syslog over TLS. Left out: no client is asked for one',
    ),
  SAKIMORI_SYSLOG_CLIENT_NEEDED: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((word) => word === 'yes')
    .describe('Whether a client of syslog over TLS without a certificate is refused: yes or no'),
  SAKIMORI_SYSLOG_REVOKED: z.string().min(1).optional().describe('File with the revocation list of these authorities'),
  SAKIMORI_SNS_PORT: Port.optional().describe(
    'Port at which Amazon SNS delivers (HTTPS); 0 picks a free one. Left out: 7303, or a free one where that is in use',
  ),
  SAKIMORI_SMTP_PORT: Port.default(7325).describe('Port of the built-in mail catcher'),
  SAKIMORI_DESK_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address on which the desk’s door for mail listens'),
  SAKIMORI_DESK_PORT: Port.optional().describe(
    'Port at which your mail server hands over the desk’s mail; 0 picks a free one. Left out: no such door',
  ),
  SAKIMORI_DESK_PROTOCOL: z
    .enum(['smtp', 'lmtp'])
    .default('smtp')
    .describe('What is spoken at the desk’s door: smtp or lmtp'),
  SAKIMORI_CLAMD: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'clamd that scans attachments of mails to the desk: path of its socket, or `host:port`. Left out: they are marked as not scanned',
    ),
  SAKIMORI_LOG: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('What is logged'),
  SAKIMORI_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(31)
    .max(3650)
    .default(400)
    .describe('Days that detections are kept; roll-ups and reports stay'),
  SAKIMORI_EDITIONS: z
    .string()
    .min(1)
    .optional()
    .describe('Folder with further editions of the service specification (`*.json`), beside those that are shipped'),
  SAKIMORI_EDITION: z
    .string()
    .min(1)
    .default('2')
    .describe('Edition of new contracts where none is named, and of accounts without a contract'),
  SAKIMORI_ALERTS: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder with alert definitions of your own (`*.json`): one with the id of a shipped one stands instead of it',
    ),
  SAKIMORI_INTEGRITY_FILES: z.coerce
    .number()
    .int()
    .min(1)
    .default(200_000)
    .describe('Files on one host beyond which integrity rules are applied only after a second confirmation'),
  SAKIMORI_INTEGRITY_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe('Seconds of a first scan beyond which integrity rules are applied only after a second confirmation'),
  SAKIMORI_FEEDS_PRIVATE: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((word) => word === 'yes')
    .describe('Whether feeds of web reputation may be fetched from private networks and from this machine: yes or no'),
  SAKIMORI_WEBHOOKS_PRIVATE: z
    .enum(['yes', 'no'])
    .default('no')
    .transform((word) => word === 'yes')
    .describe(
      'Whether webhooks to partner SOCs, chat and telephone gateways may go to private networks and to this machine: yes or no',
    ),
  SAKIMORI_HEARTBEAT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('Longest hold of an agent’s heartbeat; a live agent is heard at least this often'),
  SAKIMORI_SILENCE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(150)
    .describe('Silence after which an agent that left no sign is alerted'),
  SAKIMORI_ENDED_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(10)
    .describe('Wait after an agent’s connection ended without a good-bye before it is alerted'),
  SAKIMORI_REFERENCES: z
    .string()
    .max(1000)
    .default('')
    .refine(
      (text) =>
        text
          .split(',')
          .every((part) =>
            /^$|^[0-9.]+(?::\d{1,5})?$|^[0-9a-fA-F:]+$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/.test(part.trim()),
          ),
      'addresses, each with a port or without, separated by commas',
    )
    .describe(
      'Addresses (`192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443`), separated by commas, that answer as long as the manager’s own network is there: where none does, no host is called silent',
    ),
});
export type Config = z.infer<typeof Config>;

/** A configuration with faults: all of them at once, so that one start tells everything. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

/** Settings of our other programs stand in the same environment. */
const otherPrograms = ['SAKIMORI_AGENT_', 'SAKIMORI_CLI_', 'SAKIMORI_TEST_'];

/** Reads the environment. Empty variables count as left out; unknown `SAKIMORI_…` variables are faults (they are typing errors). */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const known = Object.keys(Config.shape);
  const given = Object.fromEntries(known.filter((name) => env[name]).map((name) => [name, env[name]]));
  const unknown = Object.keys(env).filter(
    (name) =>
      name.startsWith('SAKIMORI_') && !otherPrograms.some((prefix) => name.startsWith(prefix)) && !known.includes(name),
  );
  const parsed = Config.safeParse(given);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...unknown.map((name) => `${name}: there is no such setting`),
  ];
  if (faults.length > 0 || !parsed.success) throw new ConfigFault(faults);
  return parsed.data;
}
