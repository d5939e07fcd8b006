import { type Plan, routes } from '@sakimori/contract';
import { Backends } from '@sakimori/manager/backends/index';
import { Software } from '@sakimori/manager/deployment/index';
import { Editions } from '@sakimori/manager/editions/index';
import { Authority } from '@sakimori/manager/hosts/index';
import { RemoteDesk, RemoteOperations } from '@sakimori/manager/remote/index';
import { WorkloadApiDoor } from '@sakimori/manager/workloadapi/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import { createDriver, type Driver } from '../workload-security/driver.ts';

/** Ours, and a second manager that stands for the customer's tenant: it is reached by its public API and by nothing else. */
export type TwoManagers = {
  readonly ours: ManagerInProcess;
  readonly theirs: ManagerInProcess;
  /** What the desk asks. */
  readonly backends: Backends;
  /** An account of ours, attached to an account of theirs. */
  attach(name: string, mode?: 'ruling' | 'shadow', plan?: Plan): Promise<Attached>;
  attachTo(accountId: string, name: string, mode?: 'ruling' | 'shadow'): Promise<Attached>;
  stop(): Promise<void>;
};
export type Attached = {
  readonly accountId: string;
  readonly theirAccountId: string;
  /** Their API, as the customer itself would use it. */
  readonly tenant: Driver;
  readonly apiKey: string;
};

export async function startTwoManagers(env: Record<string, string> = {}): Promise<TwoManagers> {
  // Of theirs silence comes soon: tests move its clock in small steps.
  const theirs = await startManagerInProcess({ SAKIMORI_SILENCE_SECONDS: '5', SAKIMORI_ENDED_SECONDS: '2' });
  const ours = await startManagerInProcess({
    SAKIMORI_REMOTE_ALLOWED_ADDRESSES: '127.0.0.1',
    SAKIMORI_SYSLOG_TCP_PORT: '0',
    ...env,
  });
  const { platform } = ours;
  const remote = new RemoteDesk({ platform, editions: Editions.read(platform.config) });
  const authority = await Authority.open(platform.database, platform.vault, platform.clock);
  const software = new Software(`${platform.config.SAKIMORI_DATA}/software`, platform);
  const deployment = { platform, authority, software, agents: () => '', apiAddress: () => '' };
  const own = new WorkloadApiDoor(platform, authority, { deployment }).operations;
  const { certificateAuthority } = await theirs.admin(routes.getWorkloadSecurity);
  const attachTo: TwoManagers['attachTo'] = async (accountId, name, mode = 'ruling') => {
    const { accountId: theirAccountId, api } = await theirs.makeAccount(`${name}-tenant`);
    await ours.admin(routes.attachRemote, {
      params: { accountId },
      body: {
        ...{ name: `${name} tenant`, product: 'deep-security', mode, reach: 'on-premises', apiKey: api.key },
        ...{ address: theirs.manager.workloadSecurity, certificate: certificateAuthority },
      },
    });
    return { accountId, theirAccountId, apiKey: api.key, tenant: createDriver(api.base, api.key) };
  };
  return {
    ours,
    theirs,
    backends: new Backends(own, new RemoteOperations(remote)),
    async attach(name, mode = 'ruling', plan = 'standard') {
      const { accountId } = await ours.makeAccount(name, plan);
      return attachTo(accountId, name, mode);
    },
    attachTo,
    async stop() {
      await ours.stop();
      await theirs.stop();
    },
  };
}
