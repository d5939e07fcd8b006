import { type KeyObject, X509Certificate as NodeCertificate, randomBytes } from 'node:crypto';
// @peculiar/x509 resolves its parts by decorators and asks for this first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { Refusal } from '@sakimori/contract';
import { type Clock, type Database, sha256, sql, type Vault } from '../platform/index.ts';

const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;

/** Days that an agent's certificate is good for; the agent renews it when a third is left. */
export const clientCertificateDays = 30;

export type IssuedCertificate = { readonly pem: string; readonly serial: string; readonly expiresAt: Date };

/** The manager's own certificate authority. It signs the agents' door and the agents; nothing else trusts it. */
export class Authority {
  readonly pem: string;
  /** SHA-256 of the certificate (DER): what an enrolment token pins. */
  readonly fingerprint: string;
  readonly #certificate: x509.X509Certificate;
  readonly #publicKey: KeyObject;
  readonly #key: CryptoKey;
  readonly #clock: Clock;

  private constructor(pem: string, key: CryptoKey, clock: Clock) {
    this.pem = pem;
    this.#certificate = new x509.X509Certificate(pem);
    this.#publicKey = new NodeCertificate(pem).publicKey;
    this.fingerprint = sha256(new Uint8Array(this.#certificate.rawData));
    this.#key = key;
    this.#clock = clock;
  }

  /** Loads the authority from the database, or makes it there once; the key is sealed by the master secret. */
  static async open(database: Database, vault: Vault, clock: Clock): Promise<Authority> {
    const load = () =>
      database.asProvider((tx) =>
        tx.first(sql<{ certificate: string; sealed_key: string }>`select certificate, sealed_key from hosts_authority`),
      );
    let row = await load();
    if (!row) {
      const made = await makeAuthority(clock);
      await database.asProvider((tx) =>
        tx.run(
          sql`insert into hosts_authority (id, certificate, sealed_key, created_at) values (1, ${made.pem}, ${vault.seal('authority', made.key)}, ${clock.now()}) on conflict do nothing`,
        ),
      );
      row = await load();
    }
    const der = Buffer.from(vault.open('authority', row!.sealed_key), 'base64');
    const key = await crypto.subtle.importKey('pkcs8', der, keyAlgorithm, false, ['sign']);
    return new Authority(row!.certificate, key, clock);
  }

  /** Whether this authority signed the certificate. Says nothing of its time or purpose. */
  signed(certificate: NodeCertificate): boolean {
    return certificate.verify(this.#publicKey);
  }

  /** Signs an agent's request. Only its public key is taken from it; the names come from us. @throws Refusal certificate_request_invalid */
  async signAgent(requestPem: string, accountId: string, hostId: string): Promise<IssuedCertificate> {
    const publicKey = await readRequest(requestPem);
    const now = this.#clock.now().getTime();
    // It is our own clock that judges it, and the agent renews it when a third of this span is left.
    const validity = { from: new Date(now), to: new Date(now + clientCertificateDays * dayMs) };
    return this.#issue(publicKey, `CN=${hostId}, O=${accountId}`, validity, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true),
    ]);
  }

  /**
   * A certificate for the agents' door; its key lives in memory only and is made anew at each start. It lasts as long as the authority, so
   * that neither a long run of the manager nor a host's fast clock shuts anybody out.
   */
  async issueServer(names: readonly string[]): Promise<{ pem: string; key: string }> {
    const pair = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
    const alternative = names.map((name) => ({
      type: /^[\d.]+$|:/.test(name) ? ('ip' as const) : ('dns' as const),
      value: name,
    }));
    // As early as the authority itself: a host whose clock is far behind must still get in to say so.
    const validity = { from: this.#certificate.notBefore, to: this.#certificate.notAfter };
    const issued = await this.#issue(pair.publicKey, 'CN=Sakimori agents', validity, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth], true),
      new x509.SubjectAlternativeNameExtension(alternative),
    ]);
    const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64');
    return {
      pem: issued.pem + this.pem,
      key: `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`,
    };
  }

  async #issue(
    publicKey: CryptoKey,
    subject: string,
    validity: { readonly from: Date; readonly to: Date },
    extensions: x509.Extension[],
  ): Promise<IssuedCertificate> {
    const serial = newSerial();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject,
      issuer: this.#certificate.subject,
      notBefore: validity.from,
      notAfter: validity.to,
      publicKey,
      signingKey: this.#key,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...extensions,
      ],
    });
    return { pem: `${certificate.toString('pem')}\n`, serial, expiresAt: validity.to };
  }
}

/** 127 bits, never beginning with a zero, so that every library writes it the same way. */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function makeAuthority(clock: Clock): Promise<{ pem: string; key: string }> {
  const pair = await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
  const now = clock.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: 'CN=Sakimori authority',
    notBefore: new Date(now.getTime() - 365 * dayMs),
    notAfter: new Date(now.getTime() + 3650 * dayMs),
    keys: pair,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    pem: `${certificate.toString('pem')}\n`,
    key: Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).toString('base64'),
  };
}

async function readRequest(pem: string): Promise<CryptoKey> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem);
    const key = await request.publicKey.export();
    if (key.algorithm.name !== 'ECDSA') throw new Error('the key is not an elliptic-curve key');
    if (!(await request.verify())) throw new Error('the request is not signed by its own key');
    return key;
  } catch (error) {
    throw new Refusal('certificate_request_invalid', { detail: (error as Error).message.slice(0, 200) });
  }
}

/** Serial of a PEM certificate as the database keeps it. */
export const serialOf = (pem: string): string => new NodeCertificate(pem).serialNumber.toLowerCase();
