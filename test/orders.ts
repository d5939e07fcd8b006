import type { Order } from '@sakimori/contract';

/** An order of two servers as a customer would send it; what is given replaces what stands. */
export const sampleOrder = (more: Partial<Order> = {}): Order => ({
  number: 'PO-2026-0012',
  orderedOn: '2026-11-20',
  customerName: '株式会社みやこ商店',
  customerAddress: '京都市中京区 1-2-3',
  contractor: '都 太郎',
  contractorTitle: '代表取締役',
  contactName: '鴨川 花子',
  contactMail: 'hanako@miyako.example',
  contactPhone: '075-123-4567',
  plan: 'advanced',
  startsOn: '2026-12-15',
  billingName: '株式会社みやこ商店 経理部',
  billingMail: 'keiri@miyako.example',
  termsAgreed: true,
  servers: ['web-01', 'web-02'].map((name) => ({
    ...{ name, basicNumber: `B-${name}`, basicFrom: '2026-04-01', support: 'gold' as const },
    ...{ supportNumber: `G-${name}`, supportFrom: '2026-04-01', supportUntil: '2099-03-31' },
  })),
  recipients: [
    { name: '鴨川 花子', mail: 'hanako@miyako.example', language: 'ja', purposes: ['alerts', 'weekly'] },
    { name: 'Night Desk', mail: 'night@miyako.example', language: 'en', purposes: ['alerts'] },
  ],
  options: [{ feature: 'report.monthly', title: '月次レポート', unitYen: 30_000, quantity: 1, billing: 'monthly' }],
  ...more,
});
