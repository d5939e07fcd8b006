import type { TLSSocket } from 'node:tls';
import { Refusal } from '@sakimori/contract';
import { noteRejection, selectCertificate } from '../hosts/index.ts';
import type { Platform } from '../platform/index.ts';

/** The host behind a connection, as its certificate and our register say. */
export type AgentIdentity = {
  readonly accountId: string;
  readonly hostId: string;
  readonly hostName: string;
  readonly policyId: string;
  readonly serial: string;
  /** Clock offset as the register knew it when the host connected. */
  readonly clockOffsetMs: number;
};

/** Knows hosts by their certificates. One look-up a connection; a revocation anywhere ends the connections here. */
export class Identities {
  readonly #platform: Platform;
  readonly #bySocket = new WeakMap<TLSSocket, AgentIdentity>();
  readonly #sockets = new Map<string, Set<TLSSocket>>();

  constructor(platform: Platform) {
    this.#platform = platform;
    platform.live.subscribe((event) => {
      if ('internal' in event && event.internal === 'certificate') this.#drop(event.id);
    });
    // Announcements may have been missed: everybody shows their certificate again.
    platform.live.onGap(() => [...this.#sockets.keys()].forEach((serial) => this.#drop(serial)));
  }

  /** @throws Refusal certificate_missing, certificate_expired, certificate_revoked, unavailable */
  async of(socket: TLSSocket): Promise<AgentIdentity> {
    const known = this.#bySocket.get(socket);
    if (known) return known;
    const peer = socket.getPeerCertificate();
    if (!peer?.serialNumber) throw new Refusal('certificate_missing');
    const serial = peer.serialNumber.toLowerCase();
    if (!socket.authorized) await this.#refuse(socket, peer.subject);
    const row = await this.#platform.database.asProvider((tx) => selectCertificate(tx, serial));
    if (!row) throw new Refusal('certificate_missing');
    if (row.revoked_at || row.retired_at) throw new Refusal('certificate_revoked');
    const identity = {
      accountId: row.tenant_id,
      hostId: row.host_id,
      hostName: row.name,
      policyId: row.policy_id,
      serial,
      clockOffsetMs: row.clock_offset_ms,
    };
    this.#remember(socket, identity);
    return identity;
  }

  #remember(socket: TLSSocket, identity: AgentIdentity): void {
    this.#bySocket.set(socket, identity);
    const sockets = this.#sockets.get(identity.serial) ?? new Set();
    this.#sockets.set(identity.serial, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#sockets.delete(identity.serial);
    });
  }

  async #refuse(socket: TLSSocket, subject: { CN?: string | string[] } | undefined): Promise<never> {
    const reason = String((socket as { authorizationError?: unknown }).authorizationError ?? '');
    if (!reason.includes('CERT_HAS_EXPIRED')) throw new Refusal('certificate_missing', {}, { cause: reason });
    // It is the key we once certified, so the name in it may say whose silence this explains.
    const name = String(subject?.CN ?? '');
    if (/^[0-9a-f-]{36}$/.test(name))
      await this.#platform.database.asProvider((tx) => noteRejection(tx, name, 'certificate_expired'));
    throw new Refusal('certificate_expired');
  }

  #drop(serial: string): void {
    for (const socket of this.#sockets.get(serial) ?? []) socket.destroy();
  }
}
