import { Stack, Text } from '@mantine/core';
import type { Permission } from '@sakimori/contract';
import type { Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { usePhrase } from '../language.tsx';
import { workQuery } from '../pages/work/queries.ts';
import {
  IconAdjustments,
  IconArrowUpCircle,
  IconBell,
  IconBellCheck,
  IconBooks,
  IconBuilding,
  IconBuildingCommunity,
  IconCalendar,
  IconCalendarEvent,
  IconCertificate,
  IconClipboardCheck,
  IconClipboardList,
  IconClipboardText,
  IconCloud,
  IconDashboard,
  IconDownload,
  IconFileReport,
  IconFileText,
  IconHistory,
  IconId,
  IconKey,
  IconListSearch,
  IconMail,
  IconNote,
  IconPhone,
  IconPhoneCall,
  IconPlug,
  IconSend,
  IconServer2,
  IconSettings,
  IconShieldCheck,
  IconShieldLock,
  IconShieldOff,
  IconStack2,
  IconTool,
  IconUserPlus,
  IconUsers,
  IconWand,
  IconWorld,
} from '../parts/icons.ts';
import { overviewQuery } from '../queries.ts';
import { useSession } from '../session.tsx';

/** The ways in the order of a day: what happens, on which hosts, by which rules, for whom. The first group needs no heading. */
const groups = [
  {
    heading: undefined,
    ways: [
      { to: '/', key: 'overview', icon: IconDashboard, needs: 'alert.read' },
      { to: '/work', key: 'work', icon: IconClipboardCheck, needs: 'work.read' },
      { to: '/tickets', key: 'tickets', icon: IconPhone, needs: 'ticket.read' },
      { to: '/changes', key: 'changes', icon: IconAdjustments, needs: 'change.read' },
      { to: '/alerts', key: 'alerts', icon: IconBell, needs: 'alert.read' },
      { to: '/cases', key: 'cases', icon: IconStack2, needs: 'case.read' },
      { to: '/handovers', key: 'handovers', icon: IconNote, needs: 'case.write' },
      { to: '/reviews', key: 'reviews', icon: IconClipboardList, needs: 'review.read' },
      { to: '/detections', key: 'detections', icon: IconListSearch, needs: 'detection.read' },
      { to: '/report-board', key: 'reportBoard', icon: IconCertificate, needs: 'report.sign' },
      { to: '/reports', key: 'reports', icon: IconFileReport, needs: 'report.read' },
    ],
  },
  {
    heading: 'console.nav.group.hosts',
    ways: [
      { to: '/hosts', key: 'hosts', icon: IconServer2, needs: 'host.read' },
      { to: '/containment', key: 'containment', icon: IconShieldOff, needs: 'containment.read' },
      { to: '/maintenance', key: 'maintenance', icon: IconTool, needs: 'maintenance.read' },
      { to: '/oncall', key: 'oncall', icon: IconPhoneCall, needs: 'oncall.read' },
      { to: '/flows', key: 'flows', icon: IconPhone, needs: 'contact.read' },
      { to: '/installation', key: 'installation', icon: IconDownload, needs: 'host.install' },
      { to: '/sources', key: 'sources', icon: IconSend, needs: 'source.read' },
      { to: '/remote', key: 'remote', icon: IconCloud, needs: 'remote.read' },
      { to: '/scheduled-tasks', key: 'scheduledTasks', icon: IconCalendar, needs: 'policy.read' },
      { to: '/upgrades', key: 'upgrades', icon: IconArrowUpCircle, needs: 'host.read' },
    ],
  },
  {
    heading: 'console.nav.group.protection',
    ways: [
      { to: '/policies', key: 'policies', icon: IconShieldCheck, needs: 'policy.read' },
      { to: '/rules', key: 'rules', icon: IconBooks, needs: 'policy.read' },
      { to: '/workbench', key: 'workbench', icon: IconWand, needs: 'policy.write' },
      { to: '/alert-definitions', key: 'alertDefinitions', icon: IconBellCheck, needs: 'alert.read' },
      { to: '/malware', key: 'malware', icon: IconShieldLock, needs: 'host.read' },
      { to: '/web-reputation', key: 'webReputation', icon: IconWorld, needs: 'webfeed.read' },
    ],
  },
  {
    heading: 'console.nav.group.service',
    ways: [
      { to: '/onboardings', key: 'onboardings', icon: IconUserPlus, needs: 'onboarding.read' },
      { to: '/hearing', key: 'hearing', icon: IconClipboardText, needs: 'hearing.read' },
      { to: '/licenses', key: 'licenses', icon: IconCertificate, needs: 'license.read' },
      { to: '/plans', key: 'plans', icon: IconFileText, needs: 'edition.read' },
      { to: '/quotes', key: 'quotes', icon: IconNote, needs: 'contract.read' },
      { to: '/meetings', key: 'meetings', icon: IconCalendarEvent, needs: 'meeting.read' },
      { to: '/calendar', key: 'calendar', icon: IconCalendar, needs: 'calendar.read' },
      { to: '/mail', key: 'mail', icon: IconMail, needs: 'mail.read' },
    ],
  },
  {
    heading: 'console.nav.settings',
    ways: [
      { to: '/settings/accounts', key: 'accounts', icon: IconBuilding, needs: 'contact.read' },
      { to: '/provider', key: 'provider', icon: IconId, needs: 'provider.read' },
      { to: '/settings/mail', key: 'mailSettings', icon: IconSettings, needs: 'mail.read' },
      { to: '/settings/socs', key: 'socs', icon: IconBuildingCommunity, needs: 'soc.read' },
      { to: '/settings/people', key: 'people', icon: IconUsers, needs: 'person.read' },
      { to: '/settings/keys', key: 'keys', icon: IconKey, needs: 'key.write' },
      { to: '/settings/workload-security', key: 'workloadSecurity', icon: IconPlug, needs: 'apikey.read' },
      { to: '/settings/audit', key: 'audit', icon: IconHistory, needs: 'audit.read' },
      { to: '/settings/profile', key: 'profile', icon: IconClipboardList, needs: undefined },
    ],
  },
] as const;

type Way = { to: string; key: string; icon: Icon; needs: Permission | undefined };

/** The ways this person may go, with the number of unclosed alerts beside theirs. */
export function Navigation() {
  const say = usePhrase();
  const { may } = useSession();
  const overview = useQuery({ ...overviewQuery(), enabled: may('alert.read') }).data;
  const unclosed = overview?.unclosed.reduce((sum, entry) => sum + entry.count, 0) ?? 0;
  const severe = overview?.unclosed.some((entry) => entry.count > 0 && /high|critical/.test(entry.severity));
  const overdue = useQuery({ ...workQuery({ show: 'today' }), enabled: may('work.read') }).data?.counts.overdue ?? 0;
  const way = ({ to, key, icon: Sign, needs }: Way) =>
    (needs === undefined || may(needs)) && (
      <Link key={key} to={to} className="nav-link" activeOptions={{ exact: to === '/', includeSearch: false }}>
        <Sign size={18} stroke={1.7} aria-hidden />
        {say.or('console.nav', key)}
        {key === 'alerts' && unclosed > 0 && (
          <span className="count" data-tone={severe ? 'bad' : 'watch'}>
            {unclosed}
            <span className="visually-hidden">{say('console.nav.unclosed')}</span>
          </span>
        )}
        {key === 'work' && overdue > 0 && (
          <span className="count" data-tone="bad">
            {overdue}
            <span className="visually-hidden">{say('console.nav.overdue')}</span>
          </span>
        )}
      </Link>
    );
  return (
    <Stack gap={2} component="nav" aria-label={say('console.nav.menu')}>
      {groups.map(({ heading, ways }) => {
        const shown = ways.map(way).filter(Boolean);
        return (
          shown.length > 0 && (
            <Fragment key={heading ?? 'watch'}>
              {heading && (
                <Text size="xs" className="dim" mt="sm" mb={2} px="xs" fw={600}>
                  {say(heading)}
                </Text>
              )}
              {shown}
            </Fragment>
          )
        );
      })}
    </Stack>
  );
}
