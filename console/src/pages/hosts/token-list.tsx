import { Table, Text } from '@mantine/core';
import { type EnrolmentToken, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { tokensQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

type TokenState = 'used' | 'revoked' | 'expired' | 'valid';

function stateOf(token: EnrolmentToken): TokenState {
  if (token.usedCount >= token.usesMax) return 'used';
  if (token.revokedAt) return 'revoked';
  return Date.parse(token.expiresAt) < Date.now() ? 'expired' : 'valid';
}

/** Tokens issued for an account, newest first; one that still lets hosts in can be revoked. */
export function TokenList({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(tokensQuery(accountId));
  const revoke = async (tokenId: string) => {
    await call(routes.revokeEnrolmentToken, { params: { accountId, tokenId } });
    await queryClient.invalidateQueries({ queryKey: ['token'] });
  };
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length > 0 && (
          <details>
            <summary className="dim" style={{ cursor: 'pointer', fontSize: '0.8125rem' }}>
              {say('console.enrol.issued', { count: items.length })}
            </summary>
            <Table mt="xs">
              <Table.Tbody>
                {items.slice(0, 20).map((token) => {
                  const state = stateOf(token);
                  return (
                    <Table.Tr key={token.id}>
                      <Table.Td>
                        <Time at={token.createdAt} />
                      </Table.Td>
                      <Table.Td>
                        <TokenKind token={token} />
                      </Table.Td>
                      <Table.Td>
                        <StateBadge tone={state === 'valid' ? 'good' : 'idle'}>
                          {say(`console.enrol.state.${state}`)}
                        </StateBadge>
                      </Table.Td>
                      <Table.Td ta="right">
                        {state === 'valid' && (
                          <ConfirmButton
                            label={say('console.enrol.revoke')}
                            text={<Text size="sm">{say('console.enrol.revokeText')}</Text>}
                            onConfirm={() => revoke(token.id)}
                          />
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </details>
        )
      }
    </Loaded>
  );
}

/** One host by hand, or a script with what its hosts begin with and how many it has let in. */
function TokenKind({ token: { kind, usedCount, usesMax, policy, group } }: { token: EnrolmentToken }) {
  const say = usePhrase();
  if (kind === 'host') return <Text size="sm">{say('console.enrol.kind.host')}</Text>;
  const said = [policy?.name, group?.name].filter((name) => name !== undefined);
  return (
    <>
      <Text size="sm">{say('console.enrol.kind.deployment', { used: usedCount, max: usesMax })}</Text>
      {said.length > 0 && (
        <Text size="xs" className="dim">
          {said.join(' · ')}
        </Text>
      )}
    </>
  );
}
