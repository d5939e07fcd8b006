import { TextInput } from '@mantine/core';
import type { HostInventory, InstalledPackage, ListeningService, NetworkInterface } from '@sakimori/contract';
import { type ReactNode, useDeferredValue, useState } from 'react';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconListSearch, IconSearch } from '../../parts/icons.ts';
import { PagedTable } from '../../parts/paged-table.tsx';

const pageSize = 20;
const wrapped = (content: ReactNode) => <span style={{ overflowWrap: 'anywhere', minWidth: 0 }}>{content}</span>;

/** Installed packages, narrowed by a part of their names. */
export function PackageTable({ packages }: Pick<HostInventory, 'packages'>) {
  const say = usePhrase();
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  if (packages.length === 0) return <EmptyState icon={IconListSearch} title={say('console.inventory.noPackages')} />;
  const found = wanted === '' ? packages : packages.filter(({ name }) => name.toLowerCase().includes(wanted));
  const columns: Column<InstalledPackage>[] = [
    { key: 'name', head: say('console.inventory.package'), cell: ({ name }) => <strong>{wrapped(name)}</strong> },
    { key: 'version', head: say('console.inventory.version'), cell: ({ version }) => wrapped(version) },
    { key: 'architecture', head: say('console.inventory.architecture'), cell: ({ architecture }) => architecture },
  ];
  return (
    <>
      <div style={{ padding: '0 1rem 0.75rem' }}>
        <TextInput
          size="sm"
          maw={320}
          leftSection={<IconSearch size={15} aria-hidden />}
          placeholder={say('console.inventory.filter')}
          aria-label={say('console.inventory.filter')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={200}
        />
      </div>
      {found.length > 0 ? (
        <PagedTable
          label={say('console.inventory.package')}
          columns={columns}
          rows={found}
          rowKey={({ manager, name, version, architecture }) => [manager, name, version, architecture].join(' ')}
          pageSize={pageSize}
        />
      ) : (
        <EmptyState icon={IconListSearch} title={say('console.inventory.noMatch')} />
      )}
    </>
  );
}

/** Ports on which the host takes what comes from outside, and the programs behind them; those that others can reach come first. */
export function ServiceTable({ services }: Pick<HostInventory, 'services'>) {
  const say = usePhrase();
  if (services.length === 0) return <EmptyState icon={IconListSearch} title={say('console.inventory.noServices')} />;
  const columns: Column<ListeningService>[] = [
    {
      key: 'port',
      head: say('console.inventory.port'),
      width: 110,
      cell: ({ protocol, port }) => <strong className="figures">{`${protocol}/${port}`}</strong>,
    },
    { key: 'address', head: say('console.inventory.address'), cell: ({ address }) => <Reach address={address} /> },
    {
      key: 'program',
      head: say('console.inventory.program'),
      cell: ({ process, exe }) =>
        process ? (
          <Named name={process} note={exe} />
        ) : (
          <span className="dim">{say('console.inventory.unknownProgram')}</span>
        ),
    },
    {
      key: 'package',
      head: say('console.inventory.package'),
      cell: (service) => service.package && <Named name={service.package} note={service.version} />,
    },
  ];
  return (
    <PagedTable
      label={say('console.inventory.port')}
      columns={columns}
      rows={[...services].sort((one, other) => Number(isLoopback(one.address)) - Number(isLoopback(other.address)))}
      rowKey={({ protocol, address, port, process }) => [protocol, address, port, process].join(' ')}
      pageSize={pageSize}
    />
  );
}

function Named({ name, note }: { name: string; note: string | undefined }) {
  return (
    <div style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
      {name}
      {note && <div className="dim below">{note}</div>}
    </div>
  );
}

const isAny = (address: string): boolean => ['0.0.0.0', '::', '*'].includes(address);
const isLoopback = (address: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(address);

/** From where a port can be reached: the address, and what it means where it is one that means something. */
function Reach({ address }: { address: string }) {
  const say = usePhrase();
  const meaning = isAny(address)
    ? say('console.inventory.anyAddress')
    : isLoopback(address)
      ? say('console.inventory.loopback')
      : undefined;
  return meaning ? <Named name={meaning} note={address} /> : wrapped(address);
}

export function InterfaceTable({ interfaces }: Pick<HostInventory, 'interfaces'>) {
  const say = usePhrase();
  if (interfaces.length === 0)
    return <EmptyState icon={IconListSearch} title={say('console.inventory.noInterfaces')} />;
  const columns: Column<NetworkInterface>[] = [
    { key: 'name', head: say('console.inventory.interface'), cell: ({ name }) => <strong>{wrapped(name)}</strong> },
    { key: 'mac', head: say('console.inventory.mac'), cell: ({ mac }) => <span className="figures">{mac}</span> },
    {
      key: 'addresses',
      head: say('console.inventory.addresses'),
      cell: ({ addresses, dhcp }) => (
        <div style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          {addresses.map((address) => (
            <div key={address}>{address}</div>
          ))}
          {dhcp && <div className="dim below">DHCP</div>}
        </div>
      ),
    },
  ];
  return (
    <PagedTable
      label={say('console.inventory.interface')}
      columns={columns}
      rows={interfaces}
      rowKey={({ name }) => name}
      pageSize={pageSize}
    />
  );
}
