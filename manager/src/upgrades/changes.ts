import { announce, newId, type Platform } from '../platform/index.ts';
import { insertChanges, keepSaid, type Said, type SeenRow, selectSaid } from './store.ts';

/** Compares what hosts say of their versions with what they said before, and records what is another (S17). Hosts that are silent say nothing new. */
export async function recordChanges(platform: Platform): Promise<number> {
  const at = platform.clock.now();
  return platform.database.asProvider(async (tx) => {
    const changed = await keepSaid(tx, (await selectSaid(tx, enginePackages)).flatMap(versionsOf), at);
    await insertChanges(
      tx,
      changed.map((change) => ({ ...change, id: newId(platform.clock) })),
      at,
    );
    for (const accountId of new Set(changed.map(({ tenant_id }) => tenant_id)))
      await announce(tx, { topic: 'installation', accountId });
    return changed.length;
  });
}

/** Packages whose programs do a module's work; their versions come with the inventory, once a day at least. */
const enginePackages = ['clamav', 'clamav-daemon', 'clamd', 'nftables', 'suricata'];

/** Figures of modules that stand for a version of theirs: another number means that another set is in force. */
const figures: Readonly<Record<string, string>> = {
  malwareSignatures: 'antimalware.signatures',
};

function versionsOf({ tenant_id, host_id, facts, modules, packages }: SeenRow): Said[] {
  const said = (component: string, version: unknown): Said[] =>
    typeof version === 'string' || typeof version === 'number'
      ? [{ tenant_id, host_id, component, version: String(version).slice(0, 200) }]
      : [];
  const told = facts['versions'];
  // Of a host that a customer's own manager tells about: all parts by their names there.
  if (typeof told === 'object' && told !== null)
    return Object.entries(told).flatMap(([component, version]) => said(component.slice(0, 200), version));
  return [
    ...said('agent', facts['agentBuild'] ?? facts['agentVersion']),
    ...Object.entries(packages).flatMap(([name, version]) => said(name, version)),
    ...modules.flatMap(({ state, figures: given }) =>
      state === 'active'
        ? Object.entries(figures).flatMap(([key, component]) => (key in given ? said(component, given[key]) : []))
        : [],
    ),
  ];
}
