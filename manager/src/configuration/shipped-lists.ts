import { type ApiObject, propertiesOf } from '@sakimori/contract/workload-security/index';

/** What the reports room can compose; a scheduled task names one of these. */
export function shippedReportTemplates(): ApiObject[] {
  const shape = {
    timeFilterSupported: false,
    computerFilterSupported: false,
    tagFilterSupported: false,
    supportedFormats: ['pdf'],
  };
  return [
    {
      ID: 1,
      name: 'Monthly Report',
      _nameJa: '月次レポート',
      description: 'The month of the account as a PDF.',
      ...shape,
    },
    {
      ID: 2,
      name: 'Weekly Report',
      _nameJa: '週次レポート',
      description: 'The week of the account, by mail.',
      ...shape,
      supportedFormats: ['html'],
    },
  ];
}

/** One control a platform on which our agent runs; it says which version new and updated agents get. */
export function shippedVersionControls(): ApiObject[] {
  const platforms = propertiesOf('AgentVersionControl')['platform']!.enum ?? [];
  const distros: readonly [prefix: string, distro: string][] = [
    ['Red Hat Enterprise ', 'Red Hat'],
    ['Ubuntu Linux ', 'Ubuntu'],
    ['Debian ', 'Debian'],
    ['Amazon Linux', 'Amazon Linux'],
    ['Oracle Linux Release ', 'Oracle Linux'],
  ];
  return platforms
    .flatMap((platform) => {
      const distro = distros.find(([prefix]) => platform.startsWith(prefix))?.[1];
      return distro ? [{ platform, distro }] : [];
    })
    .map((entry, index) => ({
      ID: index + 1,
      _profileID: 1,
      os: 'Linux',
      architecture: '64-bit',
      type: 'latest',
      ...entry,
    }));
}
