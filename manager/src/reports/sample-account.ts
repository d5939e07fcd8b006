import type { Detection } from '@sakimori/contract';
import type { TestPlatform } from '../../../test/platform.ts';
import { newId, sql } from '../platform/index.ts';

/** An account with hosts for tests of what reports read from the database. */
export type SampleAccount = { readonly accountId: string; readonly hostIds: readonly string[] };

/** The hosts have applied version 2 of one policy, whose newest version is 3; the last host has applied none. */
export async function makeSampleAccount(
  platform: TestPlatform,
  name: string,
  hostNames: readonly string[] = ['web01', 'web02', 'db01'],
): Promise<SampleAccount> {
  const accountId = await platform.makeAccount(name);
  const at = platform.clock.now();
  const policyId = newId(platform.clock);
  const hostIds = hostNames.map(() => newId(platform.clock));
  const modules = JSON.stringify([
    { module: 'integrity', state: 'active' },
    { module: 'loginspection', state: 'degraded' },
    { module: 'firewall', state: 'off' },
    { module: 'antimalware', state: 'lacking' },
  ]);
  await platform.database.asProvider(async (tx) => {
    await tx.run(sql`
      insert into policies_policy (tenant_id, id, name, version, updated_at) values (${accountId}, ${policyId}, '標準ポリシー', 3, ${at})`);
    for (const [index, hostId] of hostIds.entries()) {
      const applied = index < hostIds.length - 1;
      await tx.run(sql`
        insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, applied_policy_id, applied_version, modules)
        values (${accountId}, ${hostId}, ${hostNames[index]}, '{"os": "Debian GNU/Linux 12"}', ${at}, ${policyId}, ${applied ? policyId : null}, ${applied ? 2 : null}, ${modules}::jsonb)`);
    }
  });
  return { accountId, hostIds };
}

/** A detection of the account's first host, low enough to raise no alert, changed as asked. */
export function detectionOf(
  platform: TestPlatform,
  { accountId, hostIds }: SampleAccount,
  occurredAt: string,
  change: Partial<Detection> = {},
): Detection {
  return {
    id: newId(platform.clock),
    accountId,
    hostId: hostIds[0]!,
    occurredAt: new Date(occurredAt).toISOString(),
    module: 'integrity',
    kind: 'file.modified',
    rule: { id: 'etc', name: 'システム設定ファイルの変更' },
    severity: 'low',
    title: 'File modified: /etc/hosts',
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    ...change,
  };
}
