import { Secret, TOTP } from 'otpauth';

const periodSeconds = 30;

/** RFC 6238 with what every authenticator app understands: SHA-1, six digits, 30 seconds. */
const codesOf = (secret: Secret, mail: string): TOTP =>
  new TOTP({ issuer: 'Sakimori', label: mail, algorithm: 'SHA1', digits: 6, period: periodSeconds, secret });

/** A fresh key (160 bits) in base32, and the `otpauth:` address to show as a QR code. */
export function newTotp(mail: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 });
  return { secret: secret.base32, uri: codesOf(secret, mail).toString() };
}

/**
 * The 30-second step a code belongs to, where it is right: the current one or a neighbour, for clocks a little off.
 * The caller must refuse steps up to the last one that was used.
 */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  const timestamp = now.getTime();
  const delta = codesOf(Secret.fromBase32(secret), '').validate({ token: code, timestamp, window: 1 });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / periodSeconds) + delta;
}
