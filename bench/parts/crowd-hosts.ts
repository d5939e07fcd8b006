import { routes } from '@sakimori/contract';
import { Authority } from '@sakimori/manager/hosts/index';
import { type Database, newId, sql, systemClock } from '@sakimori/manager/platform/index';
import { makeCertificateRequest, sampleFacts } from '../../test/simulated-agent.ts';
import type { Crowd } from './agent-crowd.ts';
import type { BenchSystem } from './system.ts';

/** Processes that the agents of a crowd are shared out to. */
export const crowds = 2;

export const hostNameOf = (index: number): string => `host-${index}`;

/**
 * Puts hosts into the register as their enrolment would, each with a certificate of its own, and has them keep to the newest version of their policy.
 * They share a key, which makes no difference to the manager.
 * @param policyName the account's policy that they have
 */
export async function registerHosts(
  system: BenchSystem,
  database: Database,
  given: { readonly accountId: string; readonly policyName: string; readonly count: number },
): Promise<Crowd[]> {
  const { accountId, policyName, count } = given;
  const { items } = await system.admin(routes.listPolicies, { query: { accountId } });
  const { id: policyId, version } = items.find(({ name }) => name === policyName)!;
  const authority = await Authority.open(database, system.vault, systemClock);
  const { key, certificateRequest } = await makeCertificateRequest();
  const rows: { id: string; name: string; pem: string; serial: string; expires_at: string }[] = [];
  for (let index = 0; index < count; index++) {
    const hostId = newId(systemClock);
    const { pem, serial, expiresAt } = await authority.signAgent(certificateRequest, accountId, hostId);
    rows.push({ id: hostId, name: hostNameOf(index), pem, serial, expires_at: expiresAt.toISOString() });
  }
  await database.as(accountId, async (tx) => {
    const told = JSON.stringify(rows.map(({ pem: _, ...row }) => row));
    const hosts = sql`jsonb_to_recordset(${told}::jsonb) as r(id uuid, name text, serial text, expires_at timestamptz)`;
    const facts = sql`${JSON.stringify(sampleFacts())}::jsonb || jsonb_build_object('name', r.name)`;
    await tx.run(sql`
      insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, applied_policy_id, applied_version)
      select ${accountId}, r.id, r.name, ${facts}, now(), ${policyId}, ${policyId}, ${version} from ${hosts}`);
    await tx.run(sql`
      insert into hosts_certificate (tenant_id, host_id, serial, issued_at, expires_at)
      select ${accountId}, r.id, r.serial, now(), r.expires_at from ${hosts}`);
  });
  const share = Math.ceil(count / crowds);
  return Array.from({ length: crowds }, (_, crowd) => ({
    door: system.agents,
    key,
    ca: authority.pem,
    accountId,
    policy: { id: policyId, version },
    hosts: rows.slice(crowd * share, (crowd + 1) * share).map(({ id, pem }) => ({ hostId: id, certificate: pem })),
  }));
}
