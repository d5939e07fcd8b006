/**
 * The configuration of an account, as the Workload Security API has it: policies that inherit, rules, lists, tasks, roles, and computers.
 * This is the one truth: `policies` compiles it into what agents receive, `workloadapi` shows it to clients.
 *
 * `kinds` what there is · `shipped` what every account begins with · `account-configuration` what an account sees · `edit` how it changes ·
 * `scope` what is in force where.
 */
export {
  AccountConfiguration,
  type ConfigurationView,
  readConfiguration,
} from './account-configuration.ts';
export { type AgentIdentity, selectIdentity, unlinkHosts, updateIdentity } from './agent-identity.ts';
export {
  type ComputerRow,
  countComputers,
  countComputersWith,
  type DescribedComputer,
  deleteComputers,
  forgetHosts,
  insertComputer,
  selectComputer,
  selectComputers,
  selectDescribed,
  updateComputer,
} from './computers.ts';
export {
  type ConnectedComputer,
  type ConnectedWrite,
  type ConnectorName,
  disconnect,
  insertConnected,
  leaveGroups,
  markGone,
  selectConnected,
  selectConnectors,
  selectUnclaimed,
  selectUnconnected,
  updateConnected,
} from './connected-computers.ts';
export { type Change, ConfigurationEdit, editConfiguration, editWithin, type OnChanged } from './edit.ts';
export { collectionOfKind, type Deed, type Kind, kindOf, kinds } from './kinds.ts';
export { namedObject } from './named-object.ts';
export * from './scope.ts';
export { type Shipped, shipped } from './shipped.ts';
export { hasRight, rightsOf } from './shipped-roles.ts';
export { lockAccount, markContent, selectDue, selectStale, takeId, takeIds } from './store.ts';
export { withConfiguration } from './with-configuration.ts';
