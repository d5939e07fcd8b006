import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/index.ts';

export type SecretName = 'password' | 'privateKey' | 'passphrase' | 'sudoPassword';

/** They were destroyed, or their time is over. */
export class CredentialsGone extends Error {}

/**
 * Credentials for a time (S42): in this process's memory alone, each encrypted under a key of its own run, so that no dump, log or swap has them in one piece for longer
 * than they are used. Disposal overwrites key and contents; nothing can be read afterwards.
 */
export class Credentials {
  readonly #clock: Clock;
  readonly #until: Date;
  readonly #key = randomBytes(32);
  readonly #sealed = new Map<SecretName, Buffer>();
  #isGone = false;

  constructor(clock: Clock, until: Date, given: { readonly [Name in SecretName]?: string | undefined }) {
    this.#clock = clock;
    this.#until = until;
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) this.#sealed.set(name as SecretName, this.#seal(value));
  }

  get until(): Date {
    return this.#until;
  }

  has(name: SecretName): boolean {
    return this.#sealed.has(name);
  }

  /** @throws CredentialsGone */
  open(name: SecretName): string | undefined {
    if (!this.#isGone && this.#until <= this.#clock.now()) this.dispose();
    if (this.#isGone) throw new CredentialsGone('The credentials were destroyed.');
    const sealed = this.#sealed.get(name);
    if (!sealed) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
  }

  dispose(): void {
    this.#isGone = true;
    this.#key.fill(0);
    for (const bytes of this.#sealed.values()) bytes.fill(0);
    this.#sealed.clear();
  }

  #seal(plain: string): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }
}
