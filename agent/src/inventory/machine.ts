import type { CloudInstance, HostInventory } from '@sakimori/contract/host-inventory';
import { fitLine } from './fit.ts';
import type { RootFiles } from './root-files.ts';

/** What firmware and cloud-init left on this host about the machine; nothing is asked of the network. */
export function readMachine(files: RootFiles): Pick<HostInventory, 'biosUuid' | 'cloud'> {
  const dmi = (name: string) => files.text(`/sys/class/dmi/id/${name}`)?.trim() ?? '';
  const uuid = dmi('product_uuid').toLowerCase();
  const cloud = byCloudInit(files.text('/run/cloud-init/instance-data.json')) ?? byFirmware(dmi);
  return {
    ...(/^[0-9a-f-]{36}$/.test(uuid) ? { biosUuid: uuid } : {}),
    ...(cloud ? { cloud } : {}),
  };
}

const providersOfCloudInit: Readonly<Record<string, CloudInstance['provider']>> = {
  aws: 'aws',
  ec2: 'aws',
  gce: 'gcp',
  gcp: 'gcp',
  azure: 'azure',
};

/** cloud-init's standardised keys ("instance metadata", v1), as it found them at the machine's start. */
function byCloudInit(text: string | undefined): CloudInstance | undefined {
  const v1 = readV1(text);
  const provider =
    providersOfCloudInit[v1('cloud_name').toLowerCase()] ?? providersOfCloudInit[v1('cloud_id').toLowerCase()];
  return provider && withFields(provider, v1);
}

function readV1(text: string | undefined): (name: string) => string {
  try {
    const { v1 } = JSON.parse(text ?? '{}') as { v1?: Record<string, unknown> };
    return (name) => (typeof v1?.[name] === 'string' ? v1[name] : '');
  } catch {
    return () => '';
  }
}

function withFields(provider: CloudInstance['provider'], v1: (name: string) => string): CloudInstance {
  const fields = {
    instanceId: fitLine(v1('instance_id'), 200),
    region: fitLine(v1('region'), 100),
    zone: fitLine(v1('availability_zone'), 100),
  };
  return { provider, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) };
}

/** Azure marks its machines by this tag of the chassis. */
const azureChassis = '7783-7084-3265-9085-8269-3286-77';

function byFirmware(dmi: (name: string) => string): CloudInstance | undefined {
  if (dmi('sys_vendor') === 'Amazon EC2') {
    const [id, type] = [dmi('board_asset_tag'), dmi('product_name')];
    return {
      provider: 'aws',
      ...(/^i-[0-9a-f]{8,20}$/.test(id) ? { instanceId: id } : {}),
      ...(/^[a-z0-9-]+\.[a-z0-9-]+$/.test(type) ? { instanceType: type } : {}),
    };
  }
  if (dmi('product_name') === 'Google Compute Engine') return { provider: 'gcp' };
  if (dmi('chassis_asset_tag') !== azureChassis) return undefined;
  // The machine's UUID is the id that Azure knows it by; root alone may read it.
  const uuid = dmi('product_uuid').toLowerCase();
  return {
    provider: 'azure',
    ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? { instanceId: uuid } : {}),
  };
}
