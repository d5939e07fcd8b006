import type { SigmaRules, SigmaSource } from '@sakimori/contract/sigma/model';
import { type LeftOutSigmaRule, readSigma, SigmaFault } from '@sakimori/contract/sigma/read';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { LogInspectionFault } from './loginspection-fault.ts';
import type { LogRulePart } from './loginspection-part.ts';
import { checkPcre2 } from './loginspection-patterns.ts';

/** Whether the text of a custom rule is Sigma's YAML and not OSSEC's XML, which begins with `<`. */
export const isSigma = (text: string): boolean =>
  !/^\s*</.test(text) && /^(?:title|logsource|detection|correlation|filter)[ \t]*:/m.test(text);

/** Reads a custom rule that holds Sigma. @throws LogInspectionFault with line and column */
export function readSigmaRule(text: string, object: ApiObject): LogRulePart {
  const id = object['ID'] as number;
  const { leftOut, ...sigma } = readText(text);
  return {
    ...{ id, kind: 'custom', number: id, sigma, text },
    sortOrder: (object['sortOrder'] as number | undefined) ?? 15_000,
    dependsOn: (object['dependsOnRuleIDs'] as number[] | undefined) ?? [],
    ...{ decoderFiles: [], ruleFiles: [] },
    defines: { rules: [], decoders: [], childDecoders: [], groups: [] },
    needs: { rules: [], groups: [], decoders: [], parents: [], anyRule: false },
    sigmaLeftOut: leftOut,
  };
}

function readText(text: string): ReturnType<typeof readSigma> {
  try {
    return readSigma(text, checkPcre2);
  } catch (error) {
    if (!(error instanceof SigmaFault)) throw error;
    const { problem, place } = error;
    throw new LogInspectionFault(`${problem[0]?.toUpperCase()}${problem.slice(1)}.`, place);
  }
}

/** A single rule that no agent carries out, as a sentence. */
export const sentenceOf = ({ title, line, reason }: LeftOutSigmaRule): string =>
  `The Sigma rule “${title}” (line ${line}) is left out: ${reason}.`;

/** Rules of several objects as one; undefined where there is none. */
export function joinSigma(all: readonly (SigmaRules | undefined)[]): SigmaRules | undefined {
  const rules = all.flatMap((one) => one?.rules ?? []);
  const correlations = all.flatMap((one) => one?.correlations ?? []);
  return rules.length > 0 ? { rules, correlations } : undefined;
}

export const idsOf = (sigma: SigmaRules | undefined): string[] =>
  [...(sigma?.rules ?? []), ...(sigma?.correlations ?? [])].map(({ id }) => id);

/** Where the lines of a source are to be found, where the customer names no log. */
export function logsOfSigma(sigma: SigmaRules): ApiObject[] {
  const places = sigma.rules.flatMap(({ source }) => logsOfSource[source]);
  return [...new Set(places)].map((location) => ({ location, format: formatOf(location) }));
}

/** Of Debian and of Red Hat. */
const logins = ['/var/log/auth.log', '/var/log/secure'];
const general = ['/var/log/syslog', '/var/log/messages'];
const audit = ['/var/log/audit/audit.log'];
const apache = ['/var/log/apache2/*access.log', '/var/log/httpd/*access_log'];
const apacheErrors = ['/var/log/apache2/*error.log', '/var/log/httpd/*error_log'];

const logsOfSource: Readonly<Record<SigmaSource, readonly string[]>> = {
  linux: [...logins, ...general],
  syslog: [...logins, ...general],
  auth: logins,
  sshd: logins,
  sudo: logins,
  su: logins,
  cron: [...general, '/var/log/cron'],
  clamav: ['/var/log/clamav/clamav.log', '/var/log/clamav/freshclam.log'],
  vsftpd: ['/var/log/vsftpd.log', ...general],
  guacamole: general,
  systemd: general,
  kernel: general,
  apache: [...apache, ...apacheErrors],
  nginx: ['/var/log/nginx/*access.log', '/var/log/nginx/*error.log'],
  webserver: ['/var/log/nginx/*access.log', ...apache],
  auditd: audit,
  process_creation: audit,
  file_event: audit,
  network_connection: audit,
};

/** Logs that syslog writes have time, host and program before the message. */
const formatOf = (location: string): string =>
  [...logins, ...general, '/var/log/cron'].includes(location) ? 'syslog' : 'single-line-text-log';
