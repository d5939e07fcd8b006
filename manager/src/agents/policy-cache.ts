import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Platform } from '../platform/index.ts';
import { newestPolicy, type PolicyHead, selectHead } from '../policies/index.ts';
import type { AgentIdentity } from './identity.ts';

const compress = promisify(zstdCompress);

type Named = Pick<AgentIdentity, 'accountId' | 'policyId'>;

/** A policy as it goes over the wire. */
export type PolicyText = { readonly plain: Buffer; readonly compressed: () => Promise<Buffer> };

/** Texts that nobody asked for lately give way: hosts may have a policy each, and each may be large. */
const textBytesMax = 64 * 1024 * 1024;

/**
 * The newest version of each policy, read and compressed once however many hosts ask: ten thousand of them do so at the same moment. What
 * heartbeats need is kept for all policies, their texts for those in demand. Kept by the policy and not by the host: one that is just being
 * reassigned can never bring another policy under this one's name.
 */
export class PolicyCache {
  readonly #platform: Platform;
  readonly #heads = new Map<string, Promise<PolicyHead>>();
  /** The one that was asked for last stands last. */
  readonly #texts = new Map<string, Promise<PolicyText>>();
  readonly #bytes = new Map<Promise<PolicyText>, number>();
  #bytesSum = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  clear(): void {
    this.#heads.clear();
    for (const policyId of [...this.#texts.keys()]) this.#dropText(policyId);
  }

  forget(policyId: string): void {
    this.#heads.delete(policyId);
    this.#dropText(policyId);
  }

  /** Version and heartbeat of the policy. The same promise as long as the version stands. @throws Refusal not_found, unavailable */
  headOf({ accountId, policyId }: Named): Promise<PolicyHead> {
    const known = this.#heads.get(policyId);
    if (known) return known;
    const head = this.#platform.database.as(accountId, (tx) => selectHead(tx, accountId, policyId));
    this.#heads.set(policyId, head);
    head.catch(() => {
      if (this.#heads.get(policyId) === head) this.#heads.delete(policyId);
    });
    return head;
  }

  /** @throws Refusal not_found, unavailable */
  textOf({ accountId, policyId }: Named): Promise<PolicyText> {
    const known = this.#texts.get(policyId);
    const text = known ?? this.#read(accountId, policyId);
    this.#texts.delete(policyId);
    this.#texts.set(policyId, text);
    return text;
  }

  #read(accountId: string, policyId: string): Promise<PolicyText> {
    const text = newestPolicy(this.#platform, accountId, policyId).then((policy): PolicyText => {
      const plain = Buffer.from(JSON.stringify(policy));
      this.#count(policyId, text, plain.length);
      let compressed: Promise<Buffer> | undefined;
      const make = async () => {
        const bytes = await compress(plain);
        this.#count(policyId, text, bytes.length);
        return bytes;
      };
      return {
        plain,
        compressed: () => {
          compressed ??= make();
          return compressed;
        },
      };
    });
    text.catch(() => {
      if (this.#texts.get(policyId) === text) this.#dropText(policyId);
    });
    return text;
  }

  /** What was forgotten meanwhile is nobody's memory any more. */
  #count(policyId: string, text: Promise<PolicyText>, bytes: number): void {
    if (this.#texts.get(policyId) !== text) return;
    this.#bytes.set(text, (this.#bytes.get(text) ?? 0) + bytes);
    this.#bytesSum += bytes;
    for (const other of this.#texts.keys()) {
      if (this.#bytesSum <= textBytesMax || other === policyId) break;
      this.#dropText(other);
    }
  }

  #dropText(policyId: string): void {
    const text = this.#texts.get(policyId);
    if (!text) return;
    this.#texts.delete(policyId);
    this.#bytesSum -= this.#bytes.get(text) ?? 0;
    this.#bytes.delete(text);
  }
}
