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

/** Knows hosts by their certificates. One look-up a connection; a revocation anywhere ends the connections here. */
export class Identities {
  readonly #platform: Platform;
  readonly #authority: Authority;
  readonly #bySocket = new WeakMap<TLSSocket, AgentIdentity>();
  readonly #sockets = new Map<string, Set<TLSSocket>>();

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
    const known = this.#bySocket.get(socket);
    if (known && known.certificateExpiresAt > this.#platform.clock.now()) return known;
    const serial = this.#serialOf(socket.getPeerX509Certificate());
    // Before the look-up, so that a revocation which happens during it finds this connection.
    if (!known) this.#remember(serial, socket);
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
    this.#bySocket.set(socket, identity);
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

  #remember(serial: string, socket: TLSSocket): void {
    const sockets = this.#sockets.get(serial) ?? new Set();
    if (sockets.has(socket)) return;
    this.#sockets.set(serial, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#sockets.delete(serial);
    });
  }

  #drop(serial: string): void {
    for (const socket of this.#sockets.get(serial) ?? []) socket.destroy();
  }

  /** Announcements were missed while the live connection was away: the register is asked about everybody who is connected. */
  async #catchUp(): Promise<void> {
    try {
      const serials = [...this.#sockets.keys()];
      const revoked = await this.#platform.database.asProvider((tx) => selectRevoked(tx, serials));
      for (const serial of revoked) this.#drop(serial);
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'certificates could not be checked after a gap');
      setTimeout(() => void this.#catchUp(), 2000).unref();
    }
  }
}
