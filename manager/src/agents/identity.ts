import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { Refusal } from '@sakimori/contract';
import { type Authority, type CertificateRow, selectCertificate, selectRevoked } from '../hosts/index.ts';
import { explainSilence } from '../liveness/index.ts';
import type { Platform } from '../platform/index.ts';

/** The host behind a connection, as its certificate and our register say. */
export type AgentIdentity = {
  readonly accountId: string;
  readonly hostId: string;
  readonly hostName: string;
  readonly policyId: string;
  readonly serial: string;
  readonly certificateExpiresAt: Date;
  /** Clock offset as the register knew it when the host connected. */
  readonly clockOffsetMs: number;
};

type Connected = { readonly sockets: Set<TLSSocket>; identity?: AgentIdentity };

/**
 * Knows hosts by their certificates: one look-up while a certificate has a connection here, so that a host at work stays known while the
 * database is away. A revocation anywhere ends the connections here.
 */
export class Identities {
  readonly #platform: Platform;
  readonly #authority: Authority;
  readonly #serials = new WeakMap<TLSSocket, string>();
  readonly #connected = new Map<string, Connected>();

  constructor(platform: Platform, authority: Authority) {
    this.#platform = platform;
    this.#authority = authority;
    platform.live.subscribe((event) => {
      if ('internal' in event && event.internal === 'certificate') this.#drop(event.id);
    });
    platform.live.onGap(() => void this.#catchUp());
  }

  /** @throws Refusal certificate_missing, certificate_expired, certificate_revoked, unavailable */
  async of(socket: TLSSocket): Promise<AgentIdentity> {
    // Remembered before the look-up, so that a revocation which happens during it finds this connection.
    const serial = this.#serials.get(socket) ?? this.#remember(socket);
    const known = this.#connected.get(serial)?.identity;
    if (known && known.certificateExpiresAt > this.#platform.clock.now()) return known;
    const row = await this.#platform.database.asProvider((tx) => selectCertificate(tx, serial));
    if (!row) throw new Refusal('certificate_missing');
    await this.#refuseInvalid(row);
    const identity = {
      accountId: row.tenant_id,
      hostId: row.host_id,
      hostName: row.name,
      policyId: row.policy_id,
      serial,
      certificateExpiresAt: row.expires_at,
      clockOffsetMs: row.clock_offset_ms,
    };
    const connected = this.#connected.get(serial);
    if (connected) connected.identity = identity;
    return identity;
  }

  /**
   * TLS has proved that the peer holds the certificate's key; that the certificate is ours, its signature proves. Validity in time is the
   * register's matter and the injected clock's: OpenSSL reports only the last of several faults, so its word on an expired one proves nothing.
   */
  #serialOf(certificate: X509Certificate | undefined): string {
    if (!certificate || !this.#authority.signed(certificate)) throw new Refusal('certificate_missing');
    return certificate.serialNumber.toLowerCase();
  }

  async #refuseInvalid(row: CertificateRow): Promise<void> {
    if (row.retired_at) throw new Refusal('certificate_revoked');
    const expired = row.expires_at <= this.#platform.clock.now();
    if (!row.revoked_at && !expired) return;
    const code = row.revoked_at ? 'certificate_revoked' : 'certificate_expired';
    await explainSilence(this.#platform, row.tenant_id, row.host_id, code);
    throw new Refusal(code);
  }

  #remember(socket: TLSSocket): string {
    const serial = this.#serialOf(socket.getPeerX509Certificate());
    this.#serials.set(socket, serial);
    const connected = this.#connected.get(serial) ?? { sockets: new Set() };
    this.#connected.set(serial, connected);
    connected.sockets.add(socket);
    socket.once('close', () => {
      connected.sockets.delete(socket);
      if (connected.sockets.size === 0 && this.#connected.get(serial) === connected) this.#connected.delete(serial);
    });
    return serial;
  }

  #drop(serial: string): void {
    const connected = this.#connected.get(serial);
    this.#connected.delete(serial);
    for (const socket of connected?.sockets ?? []) socket.destroy();
  }

  /** Announcements were missed while the live connection was away: the register is asked about everybody who is connected. */
  async #catchUp(): Promise<void> {
    try {
      const serials = [...this.#connected.keys()];
      const revoked = await this.#platform.database.asProvider((tx) => selectRevoked(tx, serials));
      for (const serial of revoked) this.#drop(serial);
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'certificates could not be checked after a gap');
      setTimeout(() => void this.#catchUp(), 2000).unref();
    }
  }
}
