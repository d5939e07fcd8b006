import { createPrivateKey, X509Certificate } from 'node:crypto';
import { agentPaths, CertificateReply } from '@sakimori/contract/agent-protocol';
import { newKeyAndRequest } from './certificate-request.ts';
import type { Identity } from './identity.ts';
import type { Transport } from './transport.ts';

/** Is less than a third of the certificate's life left at this time (manager clock, ms)? */
export function isRotationDue(certificate: string, nowMs: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  const lifeMs = validToDate.getTime() - validFromDate.getTime();
  return validToDate.getTime() - nowMs < lifeMs / 3;
}

/**
 * A new key, made here, with a new certificate. The old ones stay good until the caller has stored these.
 * @throws as `Transport.call`, or Error when the certificate is not for our key
 */
export async function rotate(identity: Identity, transport: Transport): Promise<Identity> {
  const { key, certificateRequest } = newKeyAndRequest();
  const answer = await transport.call('POST', agentPaths.certificate, { certificateRequest });
  const { certificate } = CertificateReply.parse(answer);
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
    throw new Error('the new certificate is not for the key of this host');
  }
  return { ...identity, certificate, key };
}
