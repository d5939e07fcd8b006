import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

/** A new key (ECDSA P-256, PKCS #8 PEM) and a request for a certificate on it (PKCS #10 PEM, RFC 2986). */
export function newKeyAndRequest(): { key: string; certificateRequest: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key, certificateRequest: requestFor(key) };
}

/**
 * The request names nobody: who the host is, the manager decides and writes into the certificate. Written out by hand, since these forty
 * lines stand for a library of several megabytes in the memory of every host.
 */
function requestFor(key: string): string {
  const privateKey = createPrivateKey(key);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const version = tagged(0x02, Buffer.from([0]));
  const emptyName = sequence();
  const noAttributes = tagged(0xa0, Buffer.alloc(0));
  const information = sequence(version, emptyName, publicKey, noAttributes);
  const signature = sign('sha256', information, privateKey);
  const request = sequence(information, sequence(ecdsaWithSha256), tagged(0x03, Buffer.from([0]), signature));
  const lines = request.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}

/** Object identifier 1.2.840.10045.4.3.2. */
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts);

/** One element of DER: tag, length, content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x82]), length, content]);
}
