import type { HearingAnswers } from '@sakimori/contract';

/** A hearing sheet in which nothing is wrong and nothing missing: two servers. */
export const sampleAnswers = (customerName: string): HearingAnswers => ({
  forms: {
    company: { name: customerName, nameKana: 'ヤマトショウジ', plan: 'advanced', nodes: '2', startsOn: '2026-12-15' },
    modules: {
      ...{ antiMalware: 'prevent', webReputation: 'on', firewall: 'prevent', intrusionPrevention: 'detect' },
      ...{ integrityMonitoring: 'realTime', logInspection: 'on' },
    },
    web: { level: 'high', allowed: 'https://www.yamato.example/', blocked: 'http://bad.example/' },
    schedules: { malwareDay: 'sunday', malwareTime: '02:00', integrityDay: 'daily', integrityTime: '03:00' },
    operation: { reportTo: '情報システム部', standingConsent: 'yes' },
  },
  tables: {
    contacts: [
      {
        id: 'r1',
        cells: {
          ...{ name: '山田 太郎', kana: 'ヤマダ タロウ', phone: '03-0000-0000', mail: 'yamada@yamato.example' },
          ...{ language: 'ja', alerts: 'yes', weekly: 'yes', monthly: 'yes', livenessOrder: '1', hours: 'always' },
        },
      },
    ],
    servers: [1, 2].map((number) => ({
      id: `r${number}`,
      cells: {
        ...{ name: `web-0${number}`, os: 'ubuntu2404', address: `192.0.2.${number}`, role: 'Web', cores: '4' },
        ...{ memoryGib: '8', place: 'aws', mounts: 'none' },
      },
    })),
    exclusions: [{ id: 'r1', cells: { kind: 'folder', value: '/var/lib/mysql/', reason: 'データベース' } }],
    integrity: [{ id: 'r1', cells: { path: '/opt/app/config', files: '120', realTime: 'yes' } }],
    logs: [{ id: 'r1', cells: { path: '/var/log/nginx/access.log', kind: 'rule3030' } }],
    ports: [
      { id: 'r1', cells: { ports: '443,8000-8010', protocol: 'tcp', source: '198.51.100.0/24', purpose: 'HTTPS' } },
    ],
  },
});
