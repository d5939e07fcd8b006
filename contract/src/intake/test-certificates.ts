// Certificates for tests of a door: an authority, a server, clients of it, one of them revoked, and a client of another authority.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const [from, to] = [new Date('2020-01-01T00:00:00Z'), new Date('2090-01-01T00:00:00Z')];

export type KeyAndCertificate = { readonly cert: string; readonly key: string };
type Issuer = { readonly certificate: x509.X509Certificate; readonly privateKey: CryptoKey };
let serial = 4096;

const makeKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

async function makeAuthority(name: string): Promise<Issuer> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ name: `CN=${name}`, notBefore: from, notAfter: to, keys, signingAlgorithm: signing },
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

async function issue(issuer: Issuer, name: string): Promise<KeyAndCertificate & { serialNumber: string }> {
  const keys = await makeKeys();
  serial += 1;
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: serial.toString(16), subject: `CN=${name}`, issuer: issuer.certificate.subject },
    ...{ notBefore: from, notAfter: to, publicKey: keys.publicKey },
    ...{ signingKey: issuer.privateKey, signingAlgorithm: signing },
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
    serialNumber: certificate.serialNumber,
  };
}

export async function makeTestCertificates() {
  const authority = await makeAuthority('Test authority');
  const [server, client, revoked] = [
    await issue(authority, 'localhost'),
    await issue(authority, 'dsm.example'),
    await issue(authority, 'dsm.example'),
  ];
  const crl = await x509.X509CrlGenerator.create({
    ...{ issuer: authority.certificate.subject, thisUpdate: from, nextUpdate: to },
    entries: [{ serialNumber: revoked.serialNumber, revocationDate: from }],
    ...{ signingAlgorithm: signing, signingKey: authority.privateKey },
  });
  const only = ({ cert, key }: KeyAndCertificate): KeyAndCertificate => ({ cert, key });
  return {
    ...{ server: only(server), client: only(client), revoked: only(revoked) },
    stranger: only(await issue(await makeAuthority('Other authority'), 'dsm.example')),
    ...{ ca: authority.certificate.toString('pem'), crl: crl.toString('pem').replaceAll(' CRL', ' X509 CRL') },
  };
}
