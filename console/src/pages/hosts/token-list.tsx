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
  if (token.usedAt) return 'used';
  if (token.revokedAt) return 'revoked';
  return Date.parse(token.expiresAt) < Date.now() ? 'expired' : 'valid';
}

/** Tokens issued for an account, newest first; one that is not used yet can be revoked. */
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
