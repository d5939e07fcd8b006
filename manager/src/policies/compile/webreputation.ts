import { domainToASCII } from 'node:url';
import { mergePortRanges, type PortRange, parsePortRange } from '@sakimori/contract/network-port';
import { WebReputationPolicy, webListMax, webSecurityLevels } from '@sakimori/contract/policy-webreputation';
import { ModuleSettings, type ModuleSettingValues } from './module-settings.ts';

/** What is wrong with a setting of web reputation: a sentence that names it. */
export class WebReputationFault extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WebReputationFault';
  }
}

export type EffectiveWebReputation = { readonly state: 'on' | 'off'; readonly settings: ModuleSettingValues };

/**
 * What the agent must do about the addresses that this host's programs call up. Pure; a module that is off has nothing in its policy that could be at
 * fault. Lists hold one entry a line; commas and semicolons part entries as well, in a list of addresses only before a blank or the next `http`, since
 * addresses may hold them.
 * @throws WebReputationFault
 */
export function compileWebReputation({ state, settings: values }: EffectiveWebReputation): WebReputationPolicy {
  if (state === 'off') return { state: 'off' };
  const settings = new ModuleSettings(values, WebReputationFault);
  const link = settings.text(`${prefix}BlockingPageLink`);
  const policy = WebReputationPolicy.safeParse({
    state: 'on',
    securityLevel: levelOf(settings),
    blockUntested: settings.boolean(`${prefix}SecurityBlockUntestedPagesEnabled`),
    allowed: { domains: domainsOf(settings, 'AllowedUrlDomains'), urls: addressesOf(settings, 'AllowedUrls') },
    blocked: {
      domains: domainsOf(settings, 'BlockedUrlDomains'),
      urls: addressesOf(settings, 'BlockedUrls'),
      keywords: keywordsOf(settings),
    },
    ports: portsOf(settings),
    alert: settings.boolean(`${prefix}AlertingEnabled`),
    ...(link === '' ? {} : { blockingPageLink: link }),
  });
  if (policy.success) return policy.data;
  const [issue] = policy.error.issues;
  if (issue?.path[0] === 'blockingPageLink')
    throw settings.fault(`${prefix}BlockingPageLink`, 'it is an address that begins with http:// or https://.');
  throw new WebReputationFault(`Web reputation’s ${issue?.path.join('.')} cannot be used: ${issue?.message}.`);
}

const prefix = 'webReputationSetting';

function levelOf(settings: ModuleSettings): (typeof webSecurityLevels)[number] {
  const text = settings.text(`${prefix}SecurityLevel`).toLowerCase();
  const level = webSecurityLevels.find((one) => one === text);
  if (!level) throw settings.fault(`${prefix}SecurityLevel`, 'it is High, Medium or Low.');
  return level;
}

function bounded(settings: ModuleSettings, name: string, items: string[]): string[] {
  if (items.length <= webListMax) return items;
  throw settings.fault(name, `it may have at most ${webListMax} entries.`);
}

/** A domain as it is called up: `*.Bücher.example` is `xn--bcher-kva.example`. A scheme, port or path that came along is left out. */
function domainsOf(settings: ModuleSettings, name: string): string[] {
  const setting = `${prefix}${name}`;
  const domains = settings.split(setting, /[\s,;]+/).map((item) => {
    const host = item.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/:?#].*$/s, '');
    const domain = domainToASCII(host.replace(/^(\*\.|\.)/, '').replace(/\.$/, ''));
    const isDomain = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(domain) && domain.length <= 253;
    if (!isDomain) throw settings.fault(setting, 'it is a name such as example.com.', item);
    return domain;
  });
  return bounded(settings, setting, [...new Set(domains)]);
}

function addressesOf(settings: ModuleSettings, name: string): string[] {
  const setting = `${prefix}${name}`;
  const between = /[\r\n]+|\s*[,;]\s+|[,;](?=https?:\/\/)/i;
  const addresses = settings.split(setting, between).map((item) => {
    const [, host = '', path = ''] = /^([^/?#]*)(.*)$/s.exec(item.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''))!;
    const isAddress = /^[^:]/.test(host) && !/[\s\p{Cc}"<>\\@]/u.test(item) && item.length <= 2048;
    if (!isAddress) throw settings.fault(setting, 'it is an address such as example.com/page.', item);
    return `${asciiHost(host)}${path}`;
  });
  return bounded(settings, setting, [...new Set(addresses)]);
}

/** A host with a wildcard is no name that could be put into ASCII. */
function asciiHost(host: string): string {
  const [name = '', port] = host.split(/:(?=\d+$)/);
  const ascii = name.includes('*') ? '' : domainToASCII(name);
  return `${ascii || name.toLowerCase()}${port ? `:${port}` : ''}`;
}

function keywordsOf(settings: ModuleSettings): string[] {
  const setting = `${prefix}BlockedUrlKeywords`;
  const keywords = settings.split(setting, /[\r\n,;]+/).map((keyword) => {
    if (keyword.length > 200 || /\p{Cc}/u.test(keyword))
      throw settings.fault(setting, 'a keyword has at most 200 characters.', keyword);
    return keyword.toLowerCase();
  });
  return bounded(settings, setting, [...new Set(keywords)]);
}

function portsOf(settings: ModuleSettings): PortRange[] {
  const setting = `${prefix}MonitorPortListId`;
  const ranges = settings.split(setting, /[\s,;]+/).map((item) => {
    try {
      const range = parsePortRange(item);
      if (range[0] > 0) return range;
    } catch {
      // The parser's sentence does not name the setting.
    }
    throw settings.fault(setting, 'it is ports and ranges of ports, such as 80,8080-8090.', item);
  });
  if (ranges.length === 0) throw settings.fault(setting, 'it names at least one port.');
  return mergePortRanges(ranges);
}
