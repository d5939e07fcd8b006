import { z } from 'zod';
import { ConnectorFault } from './fault.ts';
import { type ListedMachine, type PowerState, present, type VmwareSummary } from './machine.ts';
import type { FoundMachine } from './vcenter-inventory.ts';
import type { VCenterSession } from './vcenter-session.ts';

const word = z.string().max(2048);
const optionalWord = word.optional().catch(undefined);
const optionalCount = z.number().int().min(0).optional().catch(undefined);

const information = z.object({
  guest_OS: optionalWord,
  identity: z.object({ bios_uuid: optionalWord, instance_uuid: optionalWord }).optional().catch(undefined),
  cpu: z.object({ count: optionalCount }).optional().catch(undefined),
  memory: z.object({ size_MiB: optionalCount }).optional().catch(undefined),
});
const guestIdentity = z.object({
  host_name: optionalWord,
  ip_address: optionalWord,
  full_name: z.object({ default_message: optionalWord }).optional().catch(undefined),
});
const guestInterfaces = z
  .array(
    z.object({
      ip: z
        .object({
          ip_addresses: z
            .array(z.object({ ip_address: optionalWord }))
            .max(200)
            .default([])
            .catch([]),
        })
        .optional()
        .catch(undefined),
    }),
  )
  .max(200);
const tools = z.object({ run_state: optionalWord, version_status: optionalWord, version: optionalWord });

/**
 * Asks for what a summary needs of one machine: its hardware, and of its guest what the tools in it tell.
 * @returns undefined for a machine that is gone by now
 * @throws ConnectorFault
 */
export async function describeMachine(
  session: VCenterSession,
  found: FoundMachine,
): Promise<ListedMachine | undefined> {
  const path = `/api/vcenter/vm/${encodeURIComponent(found.vm)}`;
  const hardware = await readHardware(session, path);
  if (!hardware) return undefined;
  const state = powerState(found.powerState);
  const isOn = state === 'POWER ON';
  const identity = isOn ? await readOrNothing(session, `${path}/guest/identity`, guestIdentity) : undefined;
  const interfaces = isOn
    ? await readOrNothing(session, `${path}/guest/networking/interfaces`, guestInterfaces)
    : undefined;
  const toolsState = await readOrNothing(session, `${path}/tools`, tools);
  const told = [
    identity?.ip_address,
    ...(interfaces ?? []).flatMap(({ ip }) => ip?.ip_addresses.map(({ ip_address }) => ip_address) ?? []),
  ];
  // Link-local addresses name no machine beyond its own wire.
  const addresses = [
    ...new Set(told.filter((address) => address && !/^(?:fe80:|169\.254\.)/i.test(address))),
  ] as string[];
  const biosUUID = hardware.identity?.bios_uuid?.toLowerCase();
  const summary = present<VmwareSummary>({
    operatingSystem: identity?.full_name?.default_message ?? hardware.guest_OS,
    memory: hardware.memory?.size_MiB === undefined ? undefined : `${hardware.memory.size_MiB} MB`,
    vmwareTools: toolsState && [toolsState.run_state, toolsState.version_status].filter(Boolean).join(', '),
    biosUUID,
    state,
    notes: [],
    CPU: hardware.cpu?.count === undefined ? undefined : String(hardware.cpu.count),
    IPAddress: addresses[0],
    DNSName: identity?.host_name || undefined,
    vCenterUUID: hardware.identity?.instance_uuid?.toLowerCase(),
    NSXSecurityGroups: [],
  });
  return {
    key: found.vm,
    scope: found.datacenter,
    hostName: summary.DNSName ?? addresses[0] ?? found.name,
    displayName: found.name,
    groups: found.groups,
    addresses,
    ...(biosUUID ? { biosUUID } : {}),
    summary: { vmwareVMVirtualMachineSummary: summary },
  };
}

/** Nothing at all for a machine that is gone; an empty answer where it cannot be read, for the machine is there. */
async function readHardware(session: VCenterSession, path: string): Promise<z.infer<typeof information> | undefined> {
  try {
    return await session.read(path, information);
  } catch (error) {
    if (!(error instanceof ConnectorFault)) throw error;
    if (error.status === 404) return undefined;
    if (error.kind === 'failed' || error.kind === 'forbidden') return {};
    throw error;
  }
}

/** A guest whose tools do not run, or a right that is missing for a detail, leaves the detail out and not the machine. */
async function readOrNothing<Shape>(
  session: VCenterSession,
  path: string,
  shape: z.ZodType<Shape>,
): Promise<Shape | undefined> {
  try {
    return await session.read(path, shape);
  } catch (error) {
    if (error instanceof ConnectorFault && (error.kind === 'failed' || error.kind === 'forbidden')) return undefined;
    throw error;
  }
}

function powerState(state: string): PowerState {
  if (state === 'POWERED_ON') return 'POWER ON';
  return state === 'SUSPENDED' ? 'SUSPENDED' : 'POWER OFF';
}
