import {
  type FormerPeriod,
  modules,
  type Report,
  type ReportedService,
  type ReportSection,
  reportedModules,
  severities,
} from '@sakimori/contract';
import { periodOf } from '../calendar/index.ts';

/** A report for the tests of its renderings: figures that add up, made from the period's name alone. */
export function sampleReport(name: string, change: Partial<Report> = {}): Report {
  const period = periodOf(name);
  const byDay = period.days.map((day, index) => dayOf(day, index));
  const byModule = [...modules, 'system' as const].map((module) => {
    const total = byDay.reduce((sum, day) => sum + (day.byModule[module] ?? 0), 0);
    const prevented = module === 'intrusion' || module === 'antimalware' ? Math.floor(total / 2) : 0;
    return { module, detected: total - prevented, prevented, total };
  });
  const total = byModule.reduce((sum, row) => sum + row.total, 0);
  const alerts = alertsOf(period.from, 12);
  return {
    kind: period.kind,
    period: period.period,
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    accountId: '019abc00-0000-7000-8000-000000000001',
    accountName: '本番環境',
    customerName: '株式会社みなと物流',
    providerName: '防人セキュリティサービス',
    composedAt: new Date(period.to.getTime() + 36_000_000).toISOString(),
    total,
    byModule,
    bySeverity: severities.toReversed().map((severity, index) => ({
      severity,
      count: index === 4 ? total - 4 * Math.floor(total / 8) : Math.floor(total / 8),
    })),
    byDay,
    topRules: rulesOf(),
    byHost: ['web01.minato.example', 'web02.minato.example', 'db01.minato.example'].map((hostName, index) => ({
      hostId: `019abc00-0000-7000-8000-00000000010${index}`,
      hostName,
      count: index === 0 ? total : 0,
    })),
    previousTotal: Math.floor(total * 0.8),
    former: formerOf(period.previous, byModule),
    sections: sectionsOf(byModule),
    alertsByState: stateCounts(alerts),
    alerts,
    ...(period.kind === 'monthly' ? { unannounced: unannouncedOf(period.from) } : {}),
    ...(period.kind === 'monthly' ? { inquiries: inquiriesOf(period.from), addressees } : {}),
    settings: {
      ...(period.kind === 'monthly' ? { takenAt: period.to.toISOString() } : {}),
      assigned: [
        { id: 2, name: 'データベース', hosts: ['db01.minato.example'] },
        { id: 1, name: '標準ポリシー', hosts: ['web01.minato.example', 'web02.minato.example'] },
      ],
      policies: [
        { name: '標準ポリシー', version: 4, latestVersion: 4, hosts: ['web01.minato.example', 'web02.minato.example'] },
        { name: 'データベース', version: 2, latestVersion: 3, hosts: ['db01.minato.example'] },
      ],
      hostsWithoutPolicy: [],
      hosts: ['db01', 'web01', 'web02'].map((host, index) => ({
        name: `${host}.minato.example`,
        os: 'Debian GNU/Linux 12 (bookworm)',
        modules: {
          antimalware: 'lacking',
          webreputation: 'lacking',
          firewall: 'off',
          intrusion: index === 0 ? 'degraded' : 'active',
          integrity: 'active',
          loginspection: 'active',
        },
        liveness: index === 2 ? 'silent' : 'connected',
        services: [
          {
            module: 'intrusion',
            state: index === 0 ? 'detect' : 'prevent',
            status: index === 0 ? 'warning' : 'active',
          },
          { module: 'integrity', state: 'on', status: 'active' },
          { module: 'loginspection', state: 'on', status: 'active' },
        ] satisfies ReportedService[],
        ...(index === 2 ? {} : { engineMode: index === 0 ? ('tap' as const) : ('inline' as const) }),
        ...(index === 1
          ? {
              mountsSkipped: { count: 2, list: '/mnt/s3 (fuse.s3fs), /srv/share (nfs4)' },
              baseline: { version: 3, recordedAt: '2026-11-20T03:00:00.000Z' },
            }
          : {}),
      })),
    },
    ...change,
  };
}

/** Four periods before, the last of which has four fifths of this one. */
function formerOf(previous: string, byModule: Report['byModule']): FormerPeriod[] {
  const total = byModule.reduce((sum, row) => sum + row.total, 0);
  const share = (period: string, of: number): FormerPeriod => {
    const scaled = byModule.map(({ module, ...row }) => {
      const [all, prevented] = [Math.floor(row.total * of), Math.floor(row.prevented * of)];
      return { module, detected: all - prevented, prevented, total: all };
    });
    // What rounding left over is the log's.
    const rest = Math.floor(total * of) - scaled.reduce((sum, row) => sum + row.total, 0);
    const rows = scaled.map((row) =>
      row.module === 'loginspection' ? { ...row, detected: row.detected + rest, total: row.total + rest } : row,
    );
    const prevented = rows.reduce((sum, row) => sum + row.prevented, 0);
    return {
      period,
      detected: Math.floor(total * of) - prevented,
      prevented,
      total: Math.floor(total * of),
      byModule: rows,
    };
  };
  const names = [previous];
  while (names.length < 4) names.unshift(periodOf(names[0]!).previous);
  return names.map((name, index) => share(name, [1.1, 0.6, 0.95, 0.8][index]!));
}

const sectionsOf = (byModule: Report['byModule']): ReportSection[] =>
  reportedModules.map((module) => {
    const count = byModule.find((row) => row.module === module)?.total ?? 0;
    const rules = {
      webreputation: { ruleId: 'c-phishing', ruleName: 'Phishing', ruleNameJa: 'フィッシング' },
      firewall: { ruleId: '1004', ruleName: 'Deny Telnet', ruleNameJa: 'Telnet の拒否' },
      intrusion: { ruleId: '2019401', ruleName: 'ET WEB_SERVER Possible SQL Injection Attempt' },
    };
    return {
      module,
      rules: count === 0 ? [] : [{ module, ...rules[module], severity: 'medium', count }],
      hosts:
        count === 0
          ? []
          : [{ hostId: '019abc00-0000-7000-8000-000000000100', hostName: 'web01.minato.example', count }],
    };
  });

function dayOf(day: string, index: number): Report['byDay'][number] {
  const of = (seed: number, most: number) => (index * seed + 3) % most;
  const byModule = {
    antimalware: of(5, 3),
    webreputation: of(3, 2),
    firewall: of(11, 9),
    intrusion: of(7, 6),
    integrity: of(13, 14),
    loginspection: of(17, 23),
    system: index % 9 === 4 ? 1 : 0,
  };
  return { day, count: Object.values(byModule).reduce((sum, one) => sum + one, 0), byModule };
}

const rulesOf = (): Report['topRules'] => [
  {
    module: 'loginspection',
    ruleId: '5712',
    ruleName: 'SSHD brute force trying to get access to the system.',
    ruleNameJa: 'sshd：総当たりによるログインの試行',
    severity: 'high',
    count: 61,
  },
  {
    module: 'integrity',
    ruleId: 'etc',
    ruleName: 'System settings',
    ruleNameJa: 'システム設定ファイルの変更',
    severity: 'medium',
    count: 48,
  },
  {
    module: 'intrusion',
    ruleId: '2019401',
    ruleName: 'ET WEB_SERVER Possible SQL Injection Attempt',
    severity: 'high',
    count: 17,
  },
  { module: 'antimalware', ruleId: 'Eicar-Signature', ruleName: 'Eicar-Signature', severity: 'critical', count: 6 },
];

const bruteForce = {
  module: 'loginspection',
  kind: 'log.matched',
  ruleId: '5712',
  ruleName: 'SSHD brute force trying to get access to the system.',
  ruleNameJa: 'sshd：総当たりによるログインの試行',
  title: 'SSHD brute force trying to get access to the system.',
  subject: '203.0.113.7',
} as const;
const changedFile = {
  module: 'integrity',
  kind: 'file.modified',
  ruleId: 'etc',
  ruleName: 'System settings',
  ruleNameJa: 'システム設定ファイルの変更',
  title: '/etc/ssh/sshd_config changed: content',
  subject: '/etc/ssh/sshd_config',
  file: { path: '/etc/ssh/sshd_config', changed: ['content'] },
} satisfies Partial<Report['alerts'][number]>;

/** Alerts of the period's first days, in every state. */
export function alertsOf(from: Date, count: number): Report['alerts'] {
  return Array.from({ length: count }, (_, index) => {
    const openedAt = new Date(from.getTime() + index * 5_400_000 + 660_000);
    const closed = index % 3 === 0;
    return {
      number: index + 1,
      ...(index % 2 ? changedFile : bruteForce),
      hostName: `web0${(index % 2) + 1}.minato.example`,
      severity: severities[4 - Math.floor((index * 3) / count)]!,
      openedAt: openedAt.toISOString(),
      ...(closed ? { closedAt: new Date(openedAt.getTime() + 7_200_000).toISOString(), closing: 'handled' } : {}),
      state: closed ? 'closed' : index % 3 === 1 ? 'acknowledged' : 'open',
      detectionCount: (index % 7) + 1,
    };
  });
}

const addressees = [
  { name: '佐藤 花子', reading: 'さとう はなこ' },
  { name: '鈴木 一郎', reading: 'すずき いちろう' },
];

function inquiriesOf(from: Date): NonNullable<Report['inquiries']> {
  const at = (hours: number) => new Date(from.getTime() + hours * 3_600_000).toISOString();
  return {
    count: 3,
    items: [
      {
        ...{ number: 118, what: 'ticket', kind: 'inquiry', subject: '検出「sshd：総当たり」の内容について' },
        ...{ openedAt: at(58), firstAnswerAt: at(59.5), doneAt: at(82), outcome: 'resolved' },
      },
      {
        ...{ number: 121, what: 'ticket', kind: 'change', subject: '公開サーバの Telnet を拒否する規則の追加' },
        ...{ openedAt: at(250), firstAnswerAt: at(251), doneAt: at(274), outcome: 'resolved' },
      },
      { number: 7, what: 'change', kind: 'change', subject: 'アラート通知先の変更', doneAt: at(400) },
    ],
  };
}

function unannouncedOf(from: Date): NonNullable<Report['unannounced']> {
  const firstSeenAt = new Date(from.getTime() + 100_000_000).toISOString();
  const hosts = ['db01.minato.example', 'web01.minato.example'];
  return {
    count: 2,
    items: [
      {
        ...{ component: 'suricata', from: '1:7.0.10-1', to: '1:7.0.11-1', firstSeenAt },
        ...{ hostCount: 12, hosts },
      },
      { component: 'antimalware.signatures', from: '3628000', to: '3629113', firstSeenAt, hostCount: 2, hosts },
    ],
  };
}

export const stateCounts = (alerts: Report['alerts']): Report['alertsByState'] => ({
  open: alerts.filter((alert) => alert.state === 'open').length,
  acknowledged: alerts.filter((alert) => alert.state === 'acknowledged').length,
  closed: alerts.filter((alert) => alert.state === 'closed').length,
});

/** A period in which nothing happened, on an account without hosts. */
export function zeroReport(name: string): Report {
  const report = sampleReport(name);
  const zeros = report.byModule.map(({ module }) => ({ module, detected: 0, prevented: 0, total: 0 }));
  return {
    ...report,
    total: 0,
    byModule: zeros,
    bySeverity: report.bySeverity.map(({ severity }) => ({ severity, count: 0 })),
    byDay: report.byDay.map(({ day }) => ({ day, count: 0, byModule: {} })),
    topRules: [],
    byHost: [],
    previousTotal: 0,
    former: report.former!.map(({ period }) => ({
      ...{ period, detected: 0, prevented: 0, total: 0 },
      byModule: zeros,
    })),
    sections: reportedModules.map((module) => ({ module, rules: [], hosts: [] })),
    alertsByState: { open: 0, acknowledged: 0, closed: 0 },
    alerts: [],
    ...(report.unannounced ? { unannounced: { count: 0, items: [] } } : {}),
    ...(report.inquiries ? { inquiries: { count: 0, items: [] } } : {}),
    settings: { policies: [], hostsWithoutPolicy: [], hosts: [] },
  };
}
