import { type Language, modules, phrase, phraseOr, type Report, type ReportedService } from '@sakimori/contract';
import { moduleName, moment, shortMoment } from './wording.ts';

/** What every rendering says alike of the settings at the end of a month (S86), and of the inquiries and changes in it (S87). */

type Host = Report['settings']['hosts'][number];

export type PolicyRow = { readonly name: string; readonly hosts: readonly string[]; readonly note: string | undefined };

/** Assigned policies, and below each the hosts that have not applied its newest version; without the API, what hosts have applied. */
export function policyRows(language: Language, { settings }: Report): PolicyRow[] {
  const versions = (policies: Report['settings']['policies']) =>
    policies.map((policy) => {
      const version = phrase(language, 'report.version', {
        ...{ version: policy.version, latest: policy.latestVersion, behind: policy.version < policy.latestVersion },
      });
      return phrase(language, 'report.pair', { label: phrase(language, 'report.column.version'), value: version });
    });
  const rows: PolicyRow[] = settings.assigned
    ? settings.assigned.map(({ name, hosts }) => ({
        ...{ name, hosts },
        note:
          versions(settings.policies.filter((policy) => policy.name === name)).join(phrase(language, 'report.comma')) ||
          undefined,
      }))
    : settings.policies.map((policy) => ({ name: policy.name, hosts: policy.hosts, note: versions([policy])[0] }));
  return settings.hostsWithoutPolicy.length > 0
    ? [...rows, { name: phrase(language, 'report.withoutPolicy'), hosts: settings.hostsWithoutPolicy, note: undefined }]
    : rows;
}

export type ServiceRow = {
  readonly host: string;
  readonly services: string;
  readonly mode: string;
  readonly note: string | undefined;
};

/** Each host with its active services by name and the mode of its network engine; what is not known says so. */
export const serviceRows = (language: Language, { settings }: Report): ServiceRow[] =>
  settings.hosts.map((host) => ({
    host: host.name,
    services: servicesText(language, host),
    mode: phrase(language, `report.engineMode.${host.engineMode ?? 'unknown'}`),
    note: host.engineMode && host.services && !usesEngine(host) ? phrase(language, 'report.engineUnused') : undefined,
  }));

const isOn = ({ state }: ReportedService): boolean => state !== 'off' && state !== 'inherited';
export const usesEngine = ({ services }: Host): boolean =>
  (services ?? []).some(
    (service) => (service.module === 'firewall' || service.module === 'intrusion') && isOn(service),
  );
export const isDetecting = ({ services }: Host): boolean =>
  (services ?? []).some(({ module, state }) => module === 'intrusion' && state === 'detect');

function servicesText(language: Language, { services, modules: own }: Host): string {
  if (!services) {
    // An agent's own word: working, be it in part.
    const at = modules.filter((module) => own[module] === 'active' || own[module] === 'degraded');
    if (at.length > 0) return at.map((module) => moduleName(language, module)).join(phrase(language, 'report.comma'));
    return phrase(language, 'report.servicesUnknown');
  }
  const on = services.filter(isOn);
  if (on.length === 0) return phrase(language, 'report.noServices');
  return on.map((service) => serviceName(language, service)).join(phrase(language, 'report.comma'));
}

function serviceName(language: Language, { module, state, status }: ReportedService): string {
  const name = moduleName(language, module);
  const withMode =
    state === 'prevent' || state === 'detect'
      ? phrase(language, 'report.serviceMode', { module: name, mode: phrase(language, `report.serviceMode.${state}`) })
      : name;
  return status === 'active' ? withMode : phrase(language, 'report.serviceTroubled', { module: withMode });
}

/** When the settings were read. */
export const settingsMoment = (language: Language, { settings, composedAt }: Report): string =>
  settings.takenAt
    ? phrase(language, 'report.settingsKept', { at: moment(language, settings.takenAt) })
    : phrase(language, 'report.settingsAsOf', { at: moment(language, composedAt) });

export const mountRows = ({ settings }: Report): { host: string; mounts: string }[] =>
  settings.hosts.flatMap(({ name, mountsSkipped }) =>
    mountsSkipped ? [{ host: name, mounts: mountsSkipped.list }] : [],
  );

export type InquiryRow = {
  readonly number: string;
  readonly kind: string;
  readonly subject: string;
  readonly acceptedAt: string;
  readonly firstAnswerAt: string;
  readonly doneAt: string;
  readonly outcome: string | undefined;
};

/** What was closed or carried out in the month, in the order of its end (S87). */
export function inquiryRows(language: Language, { inquiries }: Report, shown: number): InquiryRow[] {
  const at = (instant: string | undefined) =>
    instant ? shortMoment(language, instant) : phrase(language, 'report.ratio.none');
  return (inquiries?.items ?? []).slice(0, shown).map((row) => ({
    number: row.what === 'change' ? phrase(language, 'report.changeNumber', { number: row.number }) : `#${row.number}`,
    kind: phraseOr(language, 'ticketKind', row.kind),
    subject: row.subject,
    acceptedAt: at(row.openedAt),
    firstAnswerAt: at(row.firstAnswerAt),
    doneAt: at(row.doneAt),
    outcome: row.outcome ? phraseOr(language, 'ticketOutcome', row.outcome) : undefined,
  }));
}

/** How many there were, and how many of them changed settings. */
export function inquiriesSentence(language: Language, { inquiries }: Report): string | undefined {
  if (!inquiries) return undefined;
  if (inquiries.count === 0) return phrase(language, 'report.noInquiries');
  const changes = inquiries.items.filter(({ kind }) => kind === 'change').length;
  return phrase(language, 'report.inquiriesNote', { count: inquiries.count, changes });
}

export function moreInquiries(language: Language, { inquiries }: Report, shown: number): string | undefined {
  const count = (inquiries?.count ?? 0) - Math.min(inquiries?.items.length ?? 0, shown);
  return count > 0 ? phrase(language, 'report.moreInquiries', { count }) : undefined;
}
