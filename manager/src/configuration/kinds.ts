import { collectionOf, models, operations, propertiesOf } from '@sakimori/contract/workload-security/index';

/**
 * The kinds of object of an account's configuration: one definition each, in place of a handler each. A kind is named like its model. What a
 * kind is called on the wire comes from the inventory; what is written here is what the inventory does not say.
 */
export type Kind = {
  readonly model: string;
  /** The property that names it for people; unique within the account where `uniqueName`. */
  readonly nameProperty: string;
  readonly uniqueName: boolean;
  readonly required: readonly string[];
  /** Properties that only the manager writes. */
  readonly readOnly: readonly string[];
  /** Properties that hold ids of objects of another kind. */
  readonly references: Readonly<Record<string, string>>;
  /** An account's own objects begin here; shipped ones have lower ids. */
  readonly firstId: number;
  /** So many an account has at most, shipped ones included. */
  readonly countMax: number;
  /** Rights of a role, as paths below `rights`, by what is done; absent: everybody of the account may. */
  readonly rights: Readonly<Partial<Record<Deed, string>>>;
};
export type Deed = 'view' | 'create' | 'edit' | 'delete';

type Definition = Partial<Omit<Kind, 'model'>>;

const platform = 'platformRights';
const usual = (place: string, plural: string, singular: string): Kind['rights'] => ({
  create: `${place}.canCreateNew${plural}`,
  edit: `${place}.canEdit${singular}Properties`,
  delete: `${place}.canDelete${plural}`,
});
const viewed = (place: string, plural: string, singular: string): Kind['rights'] => ({
  view: `${place}.canView${plural}`,
  ...usual(place, plural, singular),
});

/** Ids of what an account makes itself, where we ship objects too. */
const ownFrom = 10_001;
const rulesMax = 10_000;
const ruleReadOnly = ['ID', 'type', 'originalIssue', 'lastUpdated', 'identifier'];
const matchLists = {
  sourceIPListID: 'IpList',
  destinationIPListID: 'IpList',
  sourceMACListID: 'MacList',
  destinationMACListID: 'MacList',
  sourcePortListID: 'PortList',
  destinationPortListID: 'PortList',
};
const whenAndWhere = { scheduleID: 'Schedule', contextID: 'Context' };
/** Looking shows no secrets, so everybody of the account may. */
const cloud: Kind['rights'] = {
  create: `${platform}.computerRights.canManageCloudAccounts`,
  edit: `${platform}.computerRights.canManageCloudAccounts`,
  delete: `${platform}.computerRights.canManageCloudAccounts`,
};
const tasks: Kind['rights'] = viewed(`${platform}.scheduledTaskRights`, 'ScheduledTasks', 'ScheduledTask');

const definitions: Readonly<Record<string, Definition>> = {
  FirewallRule: {
    required: ['name'],
    references: { ...matchLists, ...whenAndWhere },
    firstId: ownFrom,
    countMax: rulesMax,
    rights: usual('firewallRights.firewallRuleRights', 'FirewallRules', 'FirewallRule'),
  },
  IntrusionPreventionRule: {
    required: ['name'],
    readOnly: [...ruleReadOnly, 'canBeAssignedAlone', 'dependsOnRuleIDs'],
    references: { ...whenAndWhere, applicationTypeID: 'ApplicationType' },
    firstId: ownFrom,
    countMax: rulesMax,
    rights: usual(
      'intrusionPreventionRights.intrusionPreventionRuleRights',
      'IntrusionPreventionRules',
      'IntrusionPreventionRule',
    ),
  },
  IntegrityMonitoringRule: {
    required: ['name'],
    readOnly: ruleReadOnly,
    firstId: ownFrom,
    countMax: rulesMax,
    rights: usual(
      'integrityMonitoringRights.integrityMonitoringRuleRights',
      'IntegrityMonitoringRules',
      'IntegrityMonitoringRule',
    ),
  },
  LogInspectionRule: {
    required: ['name'],
    readOnly: [...ruleReadOnly, 'canBeAssignedAlone', 'dependsOnRuleIDs'],
    firstId: ownFrom,
    countMax: rulesMax,
    rights: usual('logInspectionRights.logInspectionRuleRights', 'LogInspectionRules', 'LogInspectionRule'),
  },
  ApplicationType: {
    required: ['name'],
    references: { portListID: 'PortList' },
    firstId: ownFrom,
    rights: usual('intrusionPreventionRights.applicationTypeRights', 'ApplicationTypes', 'ApplicationType'),
  },
  AntiMalwareConfiguration: {
    required: ['name'],
    references: {
      directoryListID: 'DirectoryList',
      fileExtensionListID: 'FileExtensionList',
      excludedDirectoryListID: 'DirectoryList',
      excludedFileListID: 'FileList',
      excludedFileExtensionListID: 'FileExtensionList',
      excludedProcessImageFileListID: 'FileList',
    },
    firstId: ownFrom,
    rights: {
      create: 'antiMalwareRights.antiMalwareConfigurationRights.canCreateNewAntiMalwareConfigurations',
      edit: 'antiMalwareRights.antiMalwareConfigurationRights.canEditAntiMalwareConfigurations',
      delete: 'antiMalwareRights.antiMalwareConfigurationRights.canDeleteAntiMalwareConfigurations',
    },
  },
  StatefulConfiguration: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual('firewallRights.statefulConfigurationRights', 'StatefulConfigurations', 'StatefulConfiguration'),
  },
  Context: {
    required: ['name'],
    readOnly: ['ID', 'minimumAgentVersion'],
    firstId: ownFrom,
    rights: usual('firewallRights.contextRights', 'Contexts', 'Context'),
  },
  IpList: { required: ['name'], firstId: ownFrom, rights: usual(`${platform}.iplistRights`, 'IPLists', 'IPList') },
  MacList: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual('firewallRights.macListRights', 'MACLists', 'MACList'),
  },
  PortList: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual(`${platform}.portListRights`, 'PortLists', 'PortList'),
  },
  DirectoryList: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual('antiMalwareRights.directoryListRights', 'DirectoryLists', 'DirectoryList'),
  },
  FileList: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual('antiMalwareRights.fileListRights', 'FileLists', 'FileList'),
  },
  FileExtensionList: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual('antiMalwareRights.fileExtensionListRights', 'FileExtensionLists', 'FileExtensionList'),
  },
  Schedule: {
    required: ['name'],
    firstId: ownFrom,
    rights: usual(`${platform}.scheduleRights`, 'Schedules', 'Schedule'),
  },
  Policy: {
    required: ['name'],
    references: { parentID: 'Policy' },
    firstId: 101,
    countMax: 1000,
    rights: {
      create: `${platform}.policyRights.canCreateNewPolicies`,
      edit: `${platform}.policyRights.canEditPolicyProperties`,
      delete: `${platform}.policyRights.canDeletePolicies`,
    },
  },
  InterfaceType: {
    required: ['name'],
    uniqueName: false,
    countMax: 2000,
    rights: {
      create: `${platform}.policyRights.canEditPolicyProperties`,
      edit: `${platform}.policyRights.canEditPolicyProperties`,
      delete: `${platform}.policyRights.canEditPolicyProperties`,
    },
  },
  Computer: {
    nameProperty: 'hostName',
    uniqueName: false,
    required: ['hostName'],
    readOnly: ['ID'],
    rights: {
      create: `${platform}.computerRights.canCreateNewComputers`,
      edit: `${platform}.computerRights.canEditComputerProperties`,
      delete: `${platform}.computerRights.canDeleteComputers`,
    },
  },
  ComputerGroup: {
    required: ['name'],
    uniqueName: false,
    countMax: 10_000,
    references: { parentGroupID: 'ComputerGroup' },
    readOnly: [
      ...['ID', 'type', 'directoryID', 'externalID', 'virtualID', 'virtualType', 'virtualName', 'cloudType'],
      ...['cloudResourceType', 'cloudID', 'amazonAccountID', 'amazonRegionID', 'amazonVPCID', 'amazonSubnetID'],
      ...['amazonWorkspacesID', 'amazonDirectoryID'],
    ],
    rights: {
      create: `${platform}.computerRights.canAddAndRemoveComputerGroups`,
      edit: `${platform}.computerRights.canAddAndRemoveComputerGroups`,
      delete: `${platform}.computerRights.canAddAndRemoveComputerGroups`,
    },
  },
  ScheduledTask: {
    required: ['name', 'type'],
    readOnly: ['ID', 'lastRunTime', 'nextRunTime'],
    rights: tasks,
  },
  EventBasedTask: { required: ['name', 'type'], readOnly: ['ID', 'lastRunTime'], rights: tasks },
  ReportTemplate: { uniqueName: false },
  Role: {
    required: ['name'],
    readOnly: ['ID', 'immutable', 'urn'],
    firstId: 101,
    countMax: 500,
    rights: viewed(`${platform}.administratorRoleRights`, 'AdministratorRoles', 'AdministratorRole'),
  },
  Administrator: {
    nameProperty: 'username',
    required: ['username', 'roleID'],
    countMax: 2000,
    readOnly: [
      ...['ID', 'created', 'lastPasswordChange', 'lastSignIn', 'unlockTime', 'unsuccessfulSignInAttempts'],
      ...['external', 'externalUserID', 'readOnly', 'directoryName', 'directoryInfo'],
    ],
    references: { roleID: 'Role' },
    rights: viewed(`${platform}.administratorRights`, 'Administrators', 'Administrator'),
  },
  Contact: {
    required: ['name'],
    countMax: 2000,
    references: { roleID: 'Role' },
    rights: viewed(`${platform}.contactRights`, 'Contacts', 'Contact'),
  },
  ApiKey: {
    nameProperty: 'keyName',
    required: ['keyName', 'roleID'],
    readOnly: ['ID', 'created', 'lastSignIn', 'unsuccessfulSignInAttempts', 'secretKey', 'serviceAccount'],
    references: { roleID: 'Role' },
    rights: {
      view: `${platform}.apikeyRights.canViewApiKeys`,
      create: `${platform}.apikeyRights.canCreateNewApiKeys`,
      edit: `${platform}.apikeyRights.canEditApiKeyProperties`,
      delete: `${platform}.apikeyRights.canDeleteApiKeys`,
    },
  },
  Certificate: {
    nameProperty: 'certificate',
    uniqueName: false,
    required: ['certificate'],
    readOnly: ['ID', 'certificateDetails', 'trusted'],
    rights: {
      create: `${platform}.certificateRights.canCreateNewCertificates`,
      delete: `${platform}.certificateRights.canDeleteCertificates`,
    },
  },
  AgentVersionControlProfile: { uniqueName: false },
  AgentVersionControl: {
    nameProperty: 'platform',
    uniqueName: false,
    rights: { edit: `${platform}.agentVersionControlRights.canEditAgentVersionControls` },
  },
  AWSConnector: {
    nameProperty: 'displayName',
    uniqueName: false,
    readOnly: ['ID', 'accountId', 'accountAlias', 'lastSyncTime', 'syncedRegions'],
    rights: cloud,
  },
  GCPConnector: {
    required: ['name'],
    readOnly: ['ID', 'ownerProjectID', 'privateKeyID', 'clientEmail'],
    rights: cloud,
  },
  VCenterConnector: {
    nameProperty: 'id',
    uniqueName: false,
    readOnly: ['id'],
    rights: {
      ...cloud,
      ...Object.fromEntries(
        ['create', 'edit', 'delete'].map((deed) => [deed, `${platform}.computerRights.canManageVCenters`]),
      ),
    },
  },
  DataCenterGateway: {
    required: ['name'],
    countMax: 500,
    readOnly: [
      'ID',
      'created',
      'lastModified',
      'certificate',
      'privateKey',
      'rootCA',
      'cloudOneAccountID',
      'gatewayResource',
    ],
    rights: cloud,
  },
  ApplicationControlGlobalRule: { uniqueName: false },
  Ruleset: { uniqueName: false },
  SoftwareChange: { uniqueName: false },
  SoftwareInventory: { uniqueName: false },
};

export const kinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(definitions).map(([model, definition]) => [
    model,
    {
      model,
      nameProperty: 'name',
      uniqueName: true,
      required: [],
      readOnly: ['ID'],
      references: {},
      firstId: 1,
      countMax: 5000,
      rights: {},
      ...definition,
    },
  ]),
);

/** @throws Error for a name that is no kind */
export function kindOf(model: string): Kind {
  const kind = kinds[model];
  if (!kind) throw new Error(`There is no kind ${model}.`);
  return kind;
}

/** The property in which a listing of this kind holds its objects. */
export const collectionOfKind = (model: string): string => collections.get(model)!;
const collections = new Map(
  operations
    .filter(({ method, returns }) => method === 'GET' && returns !== null && isListing(returns))
    .map(({ returns }) => {
      const { property, model } = collectionOf(returns!);
      return [model, property];
    }),
);

function isListing(model: string): boolean {
  if (models[model]?.settings) return false;
  const properties = Object.values(propertiesOf(model));
  return properties.length === 1 && properties[0]!.type.startsWith('list[') && /^list\[[A-Z]/.test(properties[0]!.type);
}
