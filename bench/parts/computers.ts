import { type HostInventory, type ModuleStatus, modules } from '@sakimori/contract';
import { type Database, sql, systemClock } from '@sakimori/manager/platform/index';
import { createApiKeyFor } from '@sakimori/manager/workloadapi/index';

/**
 * Makes every registered host of the account a computer, as its enrolment would, with what an agent says of its modules; every second one has an
 * inventory. @param policyNumber the policy's id in the Workload Security API
 */
export async function registerComputers(database: Database, accountId: string, policyNumber: number): Promise<void> {
  await database.as(accountId, async (tx) => {
    await tx.run(sql`
      insert into configuration_computer (tenant_id, id, guid, host_id, host_name, policy_id, created_at)
      select ${accountId}, row_number() over (order by h.id), gen_random_uuid(), h.id, h.name, ${policyNumber}::integer, now() from hosts_host h`);
    await tx.run(sql`
      insert into configuration_counter (tenant_id, kind, last_id) select ${accountId}, 'Computer', count(*) from configuration_computer
      on conflict (tenant_id, kind) do update set last_id = excluded.last_id`);
    await tx.run(sql`update hosts_host set modules = ${JSON.stringify(sampleModules)}, last_seen_at = now()`);
    const inventory = sql`${JSON.stringify(sampleInventory)}::jsonb`;
    const address = sql`to_jsonb(format('10.%s.%s.%s/16', c.id / 65536, c.id / 256 % 256, c.id % 256))`;
    await tx.run(sql`
      insert into inventory_host (tenant_id, host_id, taken_at, changed_at, digest, inventory)
      select ${accountId}, c.host_id, now(), now(), c.id, jsonb_set(${inventory}, '{interfaces,1,addresses,0}', ${address})
      from configuration_computer c where c.id % 2 = 0`);
  });
}

/** A key with full access, as the account's administrator would have made it. */
export const makeApiKey = (database: Database, accountId: string): Promise<string> =>
  createApiKeyFor({ database, clock: systemClock }, accountId, 'bench');

const sampleModules: readonly ModuleStatus[] = modules.map((module) =>
  module === 'integrity' || module === 'loginspection'
    ? { module, state: 'active', causes: [], figures: { rules: 12 } }
    : { module, state: 'off', causes: [], figures: {} },
);

/** A server as Debian installs it, with some packages more. */
const sampleInventory: HostInventory = {
  takenAt: '2026-11-27T00:00:00.000Z',
  os: {
    ...{ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    ...{ kernel: '6.1.0-40-amd64', architecture: 'x64' },
  },
  packages: Array.from({ length: 400 }, (_, index) => ({
    name: `package-${(index * 7919) % 1000}-${index}`,
    version: `${index % 9}.${(index * 31) % 50}.${index}-1+deb12u${index % 4}`,
    architecture: 'amd64',
    manager: 'dpkg',
  })),
  services: [22, 80, 443, 5432].map((port) => ({
    protocol: 'tcp',
    address: '0.0.0.0',
    port,
    process: `service-${port}`,
  })),
  processes: Array.from({ length: 60 }, (_, index) => `process-${index}`),
  interfaces: [
    { name: 'lo', mac: '00:00:00:00:00:00', addresses: ['127.0.0.1/8', '::1/128'] },
    { name: 'eth0', mac: '02:00:00:00:00:01', addresses: ['10.0.0.1/16', 'fe80::1/64'], dhcp: true },
  ],
  limits: [],
};
