import { Text } from '@mantine/core';
import type { ContainmentPreview, OpenConnections } from '@sakimori/contract';
import type { ReactNode } from 'react';
import { usePhrase } from '../../language.tsx';
import { FactList } from '../../parts/fact-list.tsx';

export type EffectProps = {
  readonly preview: ContainmentPreview;
  readonly connections?: OpenConnections | undefined;
  /** Connections are asked for, and the host has not answered yet. */
  readonly isAsked?: boolean;
};

/** What a playbook would do to the customer, as far as the manager knows it: the same for whoever proposes it and whoever consents. */
export function Effect({ preview, connections, isAsked = false }: EffectProps) {
  const say = usePhrase();
  const { services, serviceCount = 0, sources, openAlerts } = preview;
  const more = serviceCount - (services?.length ?? 0);
  const named = services?.map(({ protocol, port, process }) => `${protocol}/${port}${process ? ` ${process}` : ''}`);
  const dependents = connections?.peers.filter(({ hostName }) => hostName !== undefined) ?? [];
  const facts: (readonly [string, ReactNode])[] = [
    [
      say('console.contain.services'),
      named && [...named, ...(more > 0 ? [say('console.contain.moreServices', { count: more })] : [])].join(', '),
    ],
    [
      say('console.contain.connections'),
      connections
        ? `${say('console.contain.connectionCount', { count: connections.count })}${connections.peers.length > 0 ? ` (${connections.peers.map(({ address, count }) => `${address} ×${count}`).join(', ')})` : ''}`
        : isAsked && say('console.contain.connectionsAsked'),
    ],
    [say('console.contain.dependents'), dependents.map(({ hostName }) => hostName).join(', ')],
    [say('console.contain.sources'), sources?.map(({ source, count }) => `${source} ×${count}`).join(', ')],
    [say('console.contain.alerts'), openAlerts !== undefined && say('console.count', { count: openAlerts })],
  ];
  return facts.some(([, value]) => value) ? (
    <FactList facts={facts} />
  ) : (
    <Text size="sm" className="dim">
      {say('console.contain.noInventory')}
    </Text>
  );
}
