import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignatureUrl, signatureUrlsMax } from '@sakimori/contract/policy-antimalware';
import { z } from 'zod';
import { readOrigin } from './engines/antimalware/signature-updates/plan.ts';
import { logLevels } from './log.ts';
import { splitAddress } from './transport.ts';

export const configFileName = 'agent.json';
const variablePrefix = 'SAKIMORI_AGENT_';

/**
 * What an operator may set on the host. Each can stand in `agent.json` of the data folder, or in the environment as
 * `SAKIMORI_AGENT_` and its name in capitals (`SAKIMORI_AGENT_SPOOL_BYTES_MAX`), which wins. Everything else is ruled by the policy.
 */
const Config = z.strictObject({
  /** `host:port` of the manager, where it is no longer the one of the token. Its authority stays the same. */
  agents: z.string().max(300).refine(isAddress, 'is not of the form host:port').optional(),
  /** Bytes of detections kept on disk while the manager cannot be reached. */
  spoolBytesMax: z.coerce
    .number()
    .int()
    .min(1024 * 1024)
    .max(64 * 1024 ** 3)
    .default(256 * 1024 * 1024),
  /** Milliseconds for which detections are gathered into one batch. */
  lingerMs: z.coerce.number().int().min(0).max(200).default(50),
  /**
   * Real-time scan for malware looks at files below these folders only, whatever the policy says; absent: wherever the policy says. For a host on which it holds up what
   * it must not. In the environment with `:` between them.
   */
  realTimeScanBelow: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(':').filter(Boolean) : value),
      z.array(z.string().startsWith('/').max(4096)).max(100),
    )
    .optional(),
  /**
   * Where ClamAV's signatures are fetched from, whatever the policy says: `none`, `distribution` (as the distribution's freshclam is configured), or addresses with blanks
   * between them: a mirror's folder, single files, `file:///folder`. Absent: as the policy says.
   */
  signatureSource: z
    .string()
    .max(5000)
    .transform((text, context) => {
      const origin = readOrigin(text);
      if (typeof origin === 'string') return origin;
      const urls = SignatureUrl.array().min(1).max(signatureUrlsMax).safeParse(origin);
      if (!urls.success)
        context.addIssue({ code: 'custom', message: urls.error.issues[0]?.message ?? 'is not understood' });
      return origin;
    })
    .optional(),
  /** A proxy on the way to them, `http://[user:password@]host:port`. */
  signatureProxy: z
    .string()
    .regex(
      /^http:\/\/(?:[^\s/@:]+(?::[^\s/@]*)?@)?(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\/?$/,
      'is not of the form http://host:port',
    )
    .optional(),
  /** Whether files are sent to a scanning host of the account: `auto` where the policy says so for hosts of this size, `always`, `never`. */
  sharedScan: z.enum(['auto', 'always', 'never']).default('auto'),
  /** Whether the manager may power this host off (S74). */
  allowStopHost: z.union([z.boolean(), z.stringbool()]).default(true),
  /** The least important lines that are logged. */
  logLevel: z.enum(logLevels).default('info'),
});
export type Config = z.infer<typeof Config>;

/** Everything that is wrong with the configuration, a sentence each. */
export class ConfigFaults extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** @throws ConfigFaults with the whole list */
export function readConfig(folder: string, environment: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const fromFile = readConfigFile(join(folder, configFileName), faults);
  const fromEnvironment: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith(variablePrefix) && value !== undefined) fromEnvironment[keyOf(name)] = value;
  }
  const parsed = Config.safeParse({ ...fromFile, ...fromEnvironment });
  for (const issue of parsed.error?.issues ?? []) {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? '')];
    for (const key of keys) {
      const where = key in fromEnvironment ? variableOf(key) : `${configFileName}: ${key}`;
      faults.push(`${where}: ${issue.code === 'unrecognized_keys' ? 'is not known' : issue.message}`);
    }
  }
  if (faults.length > 0 || !parsed.success) throw new ConfigFaults(faults);
  return parsed.data;
}

function readConfigFile(path: string, faults: string[]): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      faults.push(`${configFileName}: ${(error as Error).message}`);
    return {};
  }
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    faults.push(`${configFileName}: is not a JSON object`);
    return {};
  }
}

function isAddress(text: string): boolean {
  try {
    splitAddress(text);
    return true;
  } catch {
    return false;
  }
}

/** `SAKIMORI_AGENT_LINGER_MS` → `lingerMs` */
const keyOf = (variable: string): string =>
  variable
    .slice(variablePrefix.length)
    .toLowerCase()
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const variableOf = (key: string): string =>
  variablePrefix + key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
