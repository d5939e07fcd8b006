import type { WebReputationPolicy } from '../policy-webreputation.ts';
import { addressText, canonicalPath, isPrivateHost, type WebAddress } from './address.ts';
import { blockingScore, ratingOf, type WebRating, type WebSecurityLevel, webSecurityLevels } from './entry.ts';
import type { Found, WebTable } from './table.ts';

export type ActiveWebPolicy = Extract<WebReputationPolicy, { state: 'on' }>;

/** Why it came to this verdict: phrase keys below `web.reason.`. */
export const webReasons = [
  'allowed_domain',
  'allowed_url',
  'blocked_domain',
  'blocked_url',
  'keyword',
  'rated',
  'untested',
  'unrated',
] as const;
export type WebReason = (typeof webReasons)[number];

export type WebVerdict = {
  readonly isBlocked: boolean;
  readonly reason: WebReason;
  /** The entry of a list, the keyword, or the entry of a feed that decided. */
  readonly matched?: string;
  readonly rating?: WebRating;
  readonly score?: number;
  readonly category?: string;
  readonly feed?: string;
};

/**
 * The policy's lists and the feeds' tables, made ready to be asked thousands of times a second. In this order: allowed, blocked, what feeds say at the
 * security level, untested. A keyword is looked for in what is known of the address: of TLS and DNS that is the name.
 */
export class WebJudge {
  readonly #policy: Pick<ActiveWebPolicy, 'securityLevel' | 'blockUntested'>;
  readonly #allowedDomains: ReadonlySet<string>;
  readonly #blockedDomains: ReadonlySet<string>;
  readonly #allowedUrls: UrlList;
  readonly #blockedUrls: UrlList;
  readonly #keywords: Keywords;
  readonly #tables: readonly WebTable[];

  constructor(
    policy: Pick<ActiveWebPolicy, 'securityLevel' | 'blockUntested' | 'allowed' | 'blocked'>,
    tables: readonly WebTable[],
  ) {
    this.#policy = policy;
    this.#allowedDomains = new Set(policy.allowed.domains);
    this.#blockedDomains = new Set(policy.blocked.domains);
    this.#allowedUrls = new UrlList(policy.allowed.urls);
    this.#blockedUrls = new UrlList(policy.blocked.urls);
    this.#keywords = new Keywords(policy.blocked.keywords);
    this.#tables = tables;
  }

  judge(address: WebAddress): WebVerdict {
    return this.#byLists(address) ?? this.#byFeeds(address);
  }

  #byLists(address: WebAddress): WebVerdict | undefined {
    const allowedDomain = ofDomains(this.#allowedDomains, address);
    if (allowedDomain) return { isBlocked: false, reason: 'allowed_domain', matched: allowedDomain };
    const allowedUrl = this.#allowedUrls.match(address);
    if (allowedUrl) return { isBlocked: false, reason: 'allowed_url', matched: allowedUrl };
    const blockedDomain = ofDomains(this.#blockedDomains, address);
    if (blockedDomain) return { isBlocked: true, reason: 'blocked_domain', matched: blockedDomain };
    const blockedUrl = this.#blockedUrls.match(address);
    if (blockedUrl) return { isBlocked: true, reason: 'blocked_url', matched: blockedUrl };
    const keyword = this.#keywords.find(addressText(address).toLowerCase());
    return keyword === undefined ? undefined : { isBlocked: true, reason: 'keyword', matched: keyword };
  }

  #byFeeds(address: WebAddress): WebVerdict {
    let worst: Found | undefined;
    for (const table of this.#tables) {
      const found = table.worstOf(address);
      if (found && !(worst && worst.score >= found.score)) worst = found;
    }
    if (!worst) return this.#untested(address);
    const { score, category, feed, text } = worst;
    const isBlocked = score >= blockingScore[this.#policy.securityLevel];
    return { isBlocked, reason: 'rated', matched: text, rating: ratingOf(score), score, category, feed };
  }

  #untested({ host }: WebAddress): WebVerdict {
    if (!this.#policy.blockUntested || isPrivateHost(host)) return { isBlocked: false, reason: 'unrated' };
    return { isBlocked: true, reason: 'untested' };
  }
}

/** The least strict level that blocks a score; undefined: none does. */
export const levelThatBlocks = (score: number): WebSecurityLevel | undefined =>
  webSecurityLevels.find((level) => score >= blockingScore[level]);

function ofDomains(domains: ReadonlySet<string>, { host, isIp }: WebAddress): string | undefined {
  if (domains.size === 0) return undefined;
  if (domains.has(host)) return host;
  for (let at = host.indexOf('.'); at >= 0 && !isIp; at = host.indexOf('.', at + 1)) {
    const parent = host.slice(at + 1);
    if (domains.has(parent)) return parent;
  }
  return undefined;
}

type Pattern = { readonly written: string; readonly text: string };

/** Addresses with `*`. Those whose host has none are kept by it, so that ten thousand of them cost as little as one. */
class UrlList {
  readonly #byHost = new Map<string, Pattern[]>();
  readonly #others: Pattern[] = [];

  constructor(entries: readonly string[]) {
    for (const written of entries) {
      const cut = written.search(/[/?#]/);
      const host = (cut < 0 ? written : written.slice(0, cut)).toLowerCase().replace(/:80$|:443$/, '');
      const path = cut < 0 ? '' : written.slice(cut);
      const pattern = { written, text: host + (path === '' ? '/' : canonicalPattern(path)) };
      if (host.includes('*')) this.#others.push(pattern);
      else this.#byHost.set(host, [...(this.#byHost.get(host) ?? []), pattern]);
    }
  }

  match(address: WebAddress): string | undefined {
    if (address.path === undefined || (this.#byHost.size === 0 && this.#others.length === 0)) return undefined;
    const plain = addressText({ ...address, port: undefined });
    const texts = address.port === undefined ? [plain] : [plain, addressText(address)];
    for (const text of texts) {
      const own = this.#byHost.get(text.slice(0, text.indexOf('/')));
      const found =
        own?.find((one) => matchesPattern(one.text, text)) ??
        this.#others.find((one) => matchesPattern(one.text, text));
      if (found) return found.written;
    }
    return undefined;
  }
}

/** A pattern stands as it is written; what has no `*` is brought into the form that addresses have. */
const canonicalPattern = (path: string): string => (path.includes('*') ? path : canonicalPath(path));

/** `*` is any characters, also none. The time is bounded by the product of both lengths, whatever is written. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[from] === '*') {
      star = from++;
      resume = at;
    } else if (pattern[from] === text[at]) {
      from += 1;
      at += 1;
    } else if (star >= 0) {
      from = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[from] === '*') from += 1;
  return from === pattern.length;
}

/** Texts to be found anywhere in another; by their first two characters, so that ten thousand cost as little as one. */
class Keywords {
  readonly #byStart = new Map<string, string[]>();
  readonly #single: string[] = [];

  constructor(keywords: readonly string[]) {
    for (const written of keywords) {
      const keyword = written.toLowerCase();
      if (keyword.length < 2) this.#single.push(keyword);
      else this.#byStart.set(keyword.slice(0, 2), [...(this.#byStart.get(keyword.slice(0, 2)) ?? []), keyword]);
    }
  }

  find(text: string): string | undefined {
    const single = this.#single.find((keyword) => text.includes(keyword));
    if (single !== undefined || this.#byStart.size === 0) return single;
    for (let at = 0; at + 1 < text.length; at += 1) {
      const found = this.#byStart.get(text.slice(at, at + 2))?.find((keyword) => text.startsWith(keyword, at));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
