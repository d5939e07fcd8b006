/** Where the host stands, and by which interfaces. For engines whose rules hold in some places only: firewall and intrusion prevention. */
export { defaultRouteInterfaces, InterfaceNames, interfaceNames, isVpn, readText } from './interfaces.ts';
export { type ActiveInterface, type Endpoint, isInContext, type Place, type Surroundings } from './place.ts';
export { findDomainControllers, reachUrl } from './reach-tests.ts';
export { SurroundingsWatch } from './surroundings-watch.ts';
