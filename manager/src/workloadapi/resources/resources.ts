import { type ApiObject, writeModel } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import { computerGroup } from '../computers/groups.ts';
import { administrator } from '../people/administrators.ts';
import { contact } from '../people/contacts.ts';
import { role } from '../people/roles.ts';
import { demandPolicy } from '../policies/target.ts';
import { eventBasedTask } from '../tasks/event-based-tasks.ts';
import { scheduledTask } from '../tasks/scheduled-tasks.ts';
import * as defaults from './defaults.ts';
import * as checks from './object-checks.ts';
import type { Resource } from './resource.ts';

/** The groups of the inventory that are served by the usual six operations (or those of them that it has), each with what its kind adds. */
export const resources: Readonly<Record<string, Resource>> = {
  FirewallRules: { kind: 'FirewallRule', present: defaults.firewallRule, complete: checks.firewallRule },
  IntrusionPreventionRules: {
    kind: 'IntrusionPreventionRule',
    present: defaults.intrusionPreventionRule,
    complete: checks.intrusionPreventionRule,
  },
  IntegrityMonitoringRules: {
    kind: 'IntegrityMonitoringRule',
    present: defaults.integrityMonitoringRule,
    complete: checks.integrityMonitoringRule,
  },
  LogInspectionRules: {
    kind: 'LogInspectionRule',
    present: defaults.logInspectionRule,
    complete: checks.logInspectionRule,
  },
  ApplicationTypes: { kind: 'ApplicationType', present: defaults.applicationType, complete: checks.applicationType },
  AntiMalwareConfigurations: {
    kind: 'AntiMalwareConfiguration',
    present: defaults.antiMalwareConfiguration,
    complete: checks.antiMalwareConfiguration,
  },
  StatefulConfigurations: { kind: 'StatefulConfiguration', present: defaults.statefulConfiguration },
  Contexts: { kind: 'Context', present: defaults.context },
  IPLists: { kind: 'IpList', present: defaults.withItems, complete: checks.ipList },
  MACLists: { kind: 'MacList', present: defaults.withItems, complete: checks.macList },
  PortLists: { kind: 'PortList', present: defaults.withItems, complete: checks.portList },
  DirectoryLists: { kind: 'DirectoryList', present: defaults.withItems },
  FileLists: { kind: 'FileList', present: defaults.withItems },
  FileExtensionLists: { kind: 'FileExtensionList', present: defaults.withItems },
  Schedules: { kind: 'Schedule', complete: checks.schedule },
  InterfaceTypes: {
    kind: 'InterfaceType',
    within: { parameter: 'policyID', property: '_policyID', demand: demandPolicy },
    complete: checks.interfaceType,
  },
  ComputerGroups: computerGroup,
  ScheduledTasks: scheduledTask,
  EventBasedTasks: eventBasedTask,
  ReportTemplates: { kind: 'ReportTemplate' },
  AdministratorRoles: role,
  Administrators: administrator,
  Contacts: contact,
  AgentVersionControlProfiles: { kind: 'AgentVersionControlProfile' },
};

const byKind = new Map(Object.values(resources).map((resource) => [resource.kind, resource]));

/** An object of any kind as the API shows it. */
export const presentObject = (kind: string, object: ApiObject, view: ConfigurationView): ApiObject =>
  writeModel(kind, byKind.get(kind)?.present?.(object, view) ?? object);
