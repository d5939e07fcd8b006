import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { Refusal } from '@sakimori/contract';
import {
  type Authority,
  type CertificateRow,
  hostsAnnounced,
  selectCertificate,
  selectCertificates,
} from '../hosts/index.ts';
import { explainSilence } from '../liveness/index.ts';
import type { Platform } from '../platform/index.ts';
import { Reassignments } from './reassignments.ts';

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

type Connected = { readonly sockets: Set<TLSSocket>; identity: AgentIdentity | undefined };

/** Reassigned hosts are looked up together: ten thousand of them may get another policy at the same moment. */
const gatherMs = 10;
const retryMs = 2000;

/**
 * Knows hosts by their certificates: one look-up while a certificate has a connection here, so that a host at work stays known while the
 * database is away. A revocation anywhere ends the connections here; another policy makes us look again.
 */
export class Identities {
  readonly #platform: Platform;
  readonly #authority: Authority;
  readonly #onReassigned: (hostIds: readonly string[]) => void;
  readonly #serials = new WeakMap<TLSSocket, string>();
  readonly #connected = new Map<string, Connected>();
  readonly #reassignments = new Reassignments();
  /** Serial → host of those that are to be looked up anew. */
  #stale = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onReassigned told of connected hosts whose policy may be another one now */
  constructor(platform: Platform, authority: Authority, onReassigned: (hostIds: readonly string[]) => void) {
    this.#platform = platform;
    this.#authority = authority;
    this.#onReassigned = onReassigned;
    platform.live.subscribe((event) => {
      if ('internal' in event && event.internal === 'certificate') this.#drop(event.id);
      const hostIds = hostsAnnounced(event, 'assignment');
      if (hostIds) this.#forget(new Set(hostIds));
    });
    platform.live.onGap(() => void this.#catchUp());
  }

  /** @throws Refusal certificate_missing, certificate_expired, certificate_revoked, unavailable */
  async of(socket: TLSSocket): Promise<AgentIdentity> {
    // Remembered before the look-up, so that a revocation which happens during it finds this connection.
    const serial = this.#serials.get(socket) ?? this.#remember(socket);
    const known = this.#connected.get(serial)?.identity;
    if (known && known.certificateExpiresAt > this.#platform.clock.now()) return known;
    const { value: row, isStale } = await this.#reassignments.during(
      () => this.#platform.database.asProvider((tx) => selectCertificate(tx, serial)),
      (found) => (found ? [found.host_id] : []),
    );
    if (!row) throw new Refusal('certificate_missing');
    await this.#refuseInvalid(row);
    const identity = toIdentity(serial, row);
    const connected = this.#connected.get(serial);
    if (connected && !isStale) connected.identity = identity;
    return identity;
  }

  /** False where the register may say something else by now: whoever holds on to this identity should ask again. */
  isCurrent(identity: AgentIdentity): boolean {
    return this.#connected.get(identity.serial)?.identity?.policyId === identity.policyId;
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
    const connected = this.#connected.get(serial) ?? { sockets: new Set(), identity: undefined };
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

  /** What we know of these hosts may be wrong from now on. Those that are connected are looked up at once, all together. */
  #forget(hostIds: ReadonlySet<string>): void {
    this.#reassignments.note(hostIds);
    for (const [serial, connected] of this.#connected) {
      const hostId = connected.identity?.hostId;
      if (hostId === undefined || !hostIds.has(hostId)) continue;
      connected.identity = undefined;
      this.#stale.set(serial, hostId);
    }
    if (this.#stale.size > 0) this.#timer ??= setTimeout(() => void this.#lookUpStale(), gatherMs);
  }

  async #lookUpStale(): Promise<void> {
    this.#timer = undefined;
    const stale = this.#stale;
    this.#stale = new Map();
    try {
      const { value: rows, isStale } = await this.#reassignments.during(
        () => this.#platform.database.asProvider((tx) => selectCertificates(tx, [...stale.keys()])),
        (found) => found.map((row) => row.host_id),
      );
      for (const row of isStale ? [] : rows) this.#know(row);
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'reassigned hosts could not be looked up together');
    }
    // Whoever is not known by now is looked up when it comes.
    this.#onReassigned([...stale.values()]);
  }

  #know(row: CertificateRow & { readonly serial: string }): void {
    const connected = this.#connected.get(row.serial);
    if (connected && !row.revoked_at && !row.retired_at) connected.identity ??= toIdentity(row.serial, row);
  }

  /** Announcements were missed while the live connection was away: the register is asked about everybody who is connected. */
  async #catchUp(): Promise<void> {
    try {
      const serials = [...this.#connected.keys()];
      const rows = await this.#platform.database.asProvider((tx) => selectCertificates(tx, serials));
      for (const { serial, revoked_at } of rows) if (revoked_at) this.#drop(serial);
      const moved = rows.filter(({ serial, policy_id }) => {
        const identity = this.#connected.get(serial)?.identity;
        return identity && identity.policyId !== policy_id;
      });
      this.#forget(new Set(moved.map((row) => row.host_id)));
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'certificates could not be checked after a gap');
      setTimeout(() => void this.#catchUp(), retryMs).unref();
    }
  }
}

const toIdentity = (serial: string, row: CertificateRow): AgentIdentity => ({
  accountId: row.tenant_id,
  hostId: row.host_id,
  hostName: row.name,
  policyId: row.policy_id,
  serial,
  certificateExpiresAt: row.expires_at,
  clockOffsetMs: row.clock_offset_ms,
});
