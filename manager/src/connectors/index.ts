/**
 * Machines of clouds: pure clients that list them, and a plan of what a listing changes. Stores nothing and has no routes; who keeps the
 * connectors calls it.
 */
export { type AwsListing, type AwsOptions, identifyAwsAccount, listEc2 } from './aws.ts';
export type { AwsRole } from './aws-credentials.ts';
export type { Change, Checked } from './change.ts';
export { ConnectorFault, type FaultKind, faultKinds } from './fault.ts';
export { type GcpListing, type GcpOptions, listGcp } from './gcp.ts';
export type { GcpProject } from './gcp-instances.ts';
export { keyOfSteps, type OwnNumber, type PlannedGroup, planGroups, topKey } from './groups.ts';
export { isInnerAddress } from './inner-address.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type {
  Ec2Summary,
  GcpSummary,
  GroupStep,
  IncompleteScope,
  ListedMachine,
  Listing,
  MachineSummary,
  PowerState,
  VmwareSummary,
  WorkspaceSummary,
} from './machine.ts';
export { type ComputerFacts, type KnownComputer, type KnownGroup, planSync, type SyncPlan } from './plan.ts';
export type { AwsKeys } from './sigv4.ts';
export { type Outgoing, outerLookup, type Reply, Transport } from './transport.ts';
export {
  type AwsConnectorFields,
  awsAccess,
  checkAwsConnector,
  checkGcpConnector,
  checkVCenter,
  type GcpConnectorFields,
  readableAws,
  readableGcp,
  readableVCenter,
  type VCenterFields,
  vCenterAccess,
} from './validate.ts';
export { listVCenter, tryVCenter, type VCenterOptions } from './vcenter.ts';
