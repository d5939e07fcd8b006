import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { inventoryInterfacesMax, type NetworkInterface } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';
import type { RootFiles } from './root-files.ts';

const addressesMax = 100;

/** Interfaces with their addresses; those that lead nowhere but to the host itself are left out. */
export function readInterfaces(files: RootFiles, known = networkInterfaces()): NetworkInterface[] {
  const outward = Object.entries(known).flatMap(([name, infos]) => {
    const outside = (infos ?? []).filter(({ internal }) => !internal);
    return outside.length > 0 ? [[name, outside] as const] : [];
  });
  return outward
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, inventoryInterfacesMax)
    .map(([name, infos]) => toInterface(files, name, infos));
}

function toInterface(files: RootFiles, name: string, infos: readonly NetworkInterfaceInfo[]): NetworkInterface {
  return {
    name: fitLine(name, 64),
    mac: infos[0]!.mac,
    addresses: infos.slice(0, addressesMax).map(({ address }) => fitLine(address, 64)),
    ...(hasLease(files, name) ? { dhcp: true } : {}),
  };
}

/** Whether one of the usual clients keeps a lease of this interface: systemd-networkd, NetworkManager, dhclient, dhcpcd. */
function hasLease(files: RootFiles, name: string): boolean {
  const index = files.text(`/sys/class/net/${name}/ifindex`)?.trim();
  if (index && files.text(`/run/systemd/netif/leases/${index}`)) return true;
  const kept = [
    ...(files.names('/var/lib/NetworkManager') ?? []),
    ...(files.names('/var/lib/dhcp') ?? []),
    ...(files.names('/var/lib/dhclient') ?? []),
    ...(files.names('/var/lib/dhcpcd') ?? []),
  ];
  return kept.some((file) => file.includes('lease') && file.split(/[-.]/).includes(name));
}
