import { type ConfigurationView, type Scope, shipped } from '../../configuration/index.ts';
import type { AntiMalwareObjects } from './antimalware.ts';
import type { FirewallObjects } from './firewall.ts';
import type { ApplicationTypeObject, IntrusionObjects } from './intrusion.ts';

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

/** Application types as the scope has them: ports that a policy or computer sets differently limit the rules there. */
export const intrusionObjects = (scope: Scope): IntrusionObjects => ({
  applicationTypes: new Map(
    scope.view.list('ApplicationType').map((type) => {
      const id = type['ID'] as number;
      return [id, scope.object('ApplicationType', id) as ApplicationTypeObject];
    }),
  ),
  shippedApplicationTypes: (shipped().objects.get('ApplicationType') ?? new Map()) as ReadonlyMap<
    number,
    ApplicationTypeObject
  >,
  portLists: byId(scope.view, 'PortList'),
  schedules: byId(scope.view, 'Schedule'),
  contexts: byId(scope.view, 'Context'),
});
