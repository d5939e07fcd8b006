import { Drawer } from '@mantine/core';
import type { RuleModule } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { ruleQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { RuleDetails } from './rule-details.tsx';

export type RuleDrawerProps = {
  readonly accountId: string;
  readonly module: RuleModule;
  readonly ruleId: number | undefined;
  readonly onClose: () => void;
};

/** One rule beside the list. */
export function RuleDrawer({ accountId, module, ruleId, onClose }: RuleDrawerProps) {
  const say = usePhrase();
  return (
    <Drawer
      opened={ruleId !== undefined}
      onClose={onClose}
      position="right"
      size="xl"
      title={say('console.rule.record')}
      closeButtonProps={{ 'aria-label': say('console.close') }}
    >
      {ruleId !== undefined && <OneRule accountId={accountId} module={module} ruleId={ruleId} />}
    </Drawer>
  );
}

function OneRule({ accountId, module, ruleId }: Omit<RuleDrawerProps, 'onClose'> & { ruleId: number }) {
  const query = useQuery(ruleQuery(accountId, module, ruleId));
  return <Loaded query={query}>{(rule) => <RuleDetails rule={rule} />}</Loaded>;
}
