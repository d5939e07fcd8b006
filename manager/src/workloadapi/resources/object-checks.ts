import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, kindOf } from '../../configuration/index.ts';
import { checkRule, isAddressItem, isPortItem } from '../../policies/index.ts';
import { badRequest } from '../http/api-fault.ts';
import type { Resource } from './resource.ts';

/** Checks of what is about to be stored, besides its shape. What agents could not carry out is refused here, where somebody can mend it. */
type Complete = NonNullable<Resource['complete']>;

const macAddress = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i;
const withoutComment = (item: string): string => item.split('#')[0]!.trim();

function checkItems(next: ApiObject, property: string, isGood: (item: string) => boolean, what: string): void {
  for (const item of (next[property] as string[] | undefined) ?? []) {
    const plain = withoutComment(item);
    if (plain !== '' && !isGood(plain)) throw badRequest(`${property}: “${plain.slice(0, 100)}” is no ${what}.`);
  }
}

export const ipList: Complete = (next) => {
  checkItems(next, 'items', isAddressItem, 'address, range or network');
  return next;
};
export const macList: Complete = (next) => {
  checkItems(next, 'items', (item) => macAddress.test(item), 'MAC address');
  return next;
};
export const portList: Complete = (next) => {
  checkItems(next, 'items', isPortItem, 'port or range of ports');
  return next;
};

export const schedule: Complete = (next) => {
  const hours = next['hoursOfWeek'] as boolean[] | undefined;
  if (hours && hours.length !== 168) throw badRequest('hoursOfWeek must hold 168 values, one an hour of the week.');
  return { hoursOfWeek: Array.from({ length: 168 }, () => false), ...next };
};

export const interfaceType: Complete = (next, { edit, before }) => {
  const twin = edit
    .list('InterfaceType')
    .find(
      (other) =>
        other['ID'] !== before?.['ID'] && other['_policyID'] === next['_policyID'] && other['name'] === next['name'],
    );
  if (twin) throw badRequest(`InterfaceType: an object with the name “${String(next['name'])}” already exists here.`);
  return next;
};

/** @throws ApiFault 400 */
export const checkPorts = (next: ApiObject): void =>
  checkItems(next, 'portMultiple', isPortItem, 'port or range of ports');

export const applicationType: Complete = (next) => {
  checkPorts(next);
  return next;
};

/** A rule is compiled once for trial: what cannot be carried out is said now, and not by an agent later. */
const compiled =
  (kind: string): Complete =>
  (next, { edit, before }) => {
    const id = (before?.['ID'] as number | undefined) ?? kindOf(kind).firstId;
    checkRule(kind, { ...next, ID: id }, edit);
    return next;
  };

export const firewallRule: Complete = (next, context) => {
  const complete = { ...next };
  return compiled('FirewallRule')(complete, context);
};
export const integrityMonitoringRule: Complete = compiled('IntegrityMonitoringRule');
export const logInspectionRule: Complete = (next, context) => {
  const { logFiles, ...rest } = next;
  // Stored as the plain list; the wire wraps it in an object of the same name.
  const list = (logFiles as { logFiles?: ApiObject[] } | ApiObject[] | undefined) ?? [];
  const files = Array.isArray(list) ? list : (list.logFiles ?? []);
  const isBasic = (rest['template'] ?? 'basic-rule') === 'basic-rule' && rest['ruleXML'] === undefined;
  const numbered = isBasic && rest['ruleID'] === undefined ? { ...rest, ruleID: freeRuleId(context.edit) } : rest;
  return compiled('LogInspectionRule')(files.length > 0 ? { ...numbered, logFiles: files } : numbered, context);
};

/** Numbers that the API keeps for rules of an account. */
const ownRuleIds = { first: 100_000, last: 109_999 };

/** A number for a rule whose client gave none: the first that is free. */
function freeRuleId(view: ConfigurationView): number {
  const taken = new Set(view.list('LogInspectionRule').map((rule) => rule['ruleID']));
  for (let id = ownRuleIds.first; id <= ownRuleIds.last; id++) if (!taken.has(id)) return id;
  throw badRequest('ruleID: all numbers from 100000 to 109999 are taken.');
}
export const intrusionPreventionRule: Complete = compiled('IntrusionPreventionRule');
export const antiMalwareConfiguration: Complete = (next, context) =>
  compiled('AntiMalwareConfiguration')({ scanType: 'real-time', ...next }, context);
