import type { Host } from '@sakimori/contract';
import { formatDuration } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { PolicyState } from './policy-state.tsx';

export function HostFacts({ host }: { host: Host }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider } = useSession();
  const { facts, policy, spool } = host;
  const offset = formatDuration(language, host.clockOffsetMs);
  return (
    <FactList
      facts={[
        [say('console.account'), isProvider && host.accountName],
        [
          say('console.hosts.lastSeen'),
          host.lastSeenAt ? <Time key="seen" at={host.lastSeenAt} relative zone /> : say('console.hosts.never'),
        ],
        [
          say('console.hosts.policy'),
          <span key="policy">
            <TextLink to="/policies/$policyId" params={{ policyId: policy.id }} size="sm" mr="xs">
              {policy.name}
            </TextLink>
            <PolicyState host={host} withName={false} />
          </span>,
        ],
        [say('console.host.os'), facts.os],
        [say('console.host.kernel'), `${facts.kernel} (${facts.architecture})`],
        [say('console.host.agentVersion'), facts.agentVersion],
        [say('console.host.privilege'), say(facts.root ? 'console.host.root' : 'console.host.notRoot')],
        [say('console.host.clock'), Math.abs(host.clockOffsetMs) < 1000 ? say('console.host.clockRight') : offset],
        [say('console.host.spool'), say('console.host.spoolCounts', spool)],
        [say('console.host.enrolledAt'), <Time key="enrolled" at={host.enrolledAt} zone />],
        [say('console.host.certificate'), <Time key="certificate" at={host.certificateExpiresAt} relative zone />],
        [say('console.host.id'), <code key="id">{host.id}</code>],
      ]}
    />
  );
}
