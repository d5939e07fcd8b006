import type { ConfigurationView } from '../../configuration/index.ts';
import type { AntiMalwareObjects } from './antimalware.ts';
import type { FirewallObjects } from './firewall.ts';

/** Objects that rules and modules refer to, by their ids, as the compilers of the modules want them. */
const byId = <T>(view: ConfigurationView, kind: string): ReadonlyMap<number, T> =>
  new Map(view.list(kind).map((object) => [object['ID'] as number, object as T]));

export const firewallObjects = (
  view: ConfigurationView,
  interfaces: FirewallObjects['interfaces'] = new Map(),
): FirewallObjects => ({
  ipLists: byId(view, 'IpList'),
  macLists: byId(view, 'MacList'),
  portLists: byId(view, 'PortList'),
  schedules: byId(view, 'Schedule'),
  contexts: byId(view, 'Context'),
  statefulConfigurations: byId(view, 'StatefulConfiguration'),
  interfaceTypes: byId(view, 'InterfaceType'),
  interfaces,
});

export const antiMalwareObjects = (view: ConfigurationView): AntiMalwareObjects => ({
  configurations: byId(view, 'AntiMalwareConfiguration'),
  directoryLists: byId(view, 'DirectoryList'),
  fileLists: byId(view, 'FileList'),
  fileExtensionLists: byId(view, 'FileExtensionList'),
  schedules: byId(view, 'Schedule'),
});
