import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import { isInnerAddress, outerLookup } from '../../connectors/index.ts';
import { badRequest } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { findObject } from '../resources/resource.ts';

const certificatesMax = 1000;
const connectMsMax = 10_000;

/** Certificates that connectors trust. */
export const certificateHandlers: readonly [string, Handler][] = [
  ['listCertificates', (call) => call.read(async (view) => ({ certificates: view.list('Certificate').map(present) }))],
  [
    'describeCertificate',
    (call) => call.read(async (view) => present(findObject(view, 'Certificate', call.id('certificateID')))),
  ],
  ['addCertificate', add],
  ['deleteCertificate', remove],
  ['targetCertificate', target],
];

const present = (object: ApiObject): ApiObject =>
  writeModel('Certificate', {
    ...object,
    trusted: true,
    purpose: object['purpose'] ?? 'SSL',
    certificateDetails: detailsOf(parse(object['certificate'])),
  });

/** PEM, or the base64 of DER. @throws ApiFault 400 */
function parse(given: unknown): X509Certificate {
  const text = String(given ?? '');
  try {
    return new X509Certificate(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    throw badRequest('certificate: this is no X.509 certificate in PEM.');
  }
}

const detailsOf = (certificate: X509Certificate): ApiObject => ({
  issuerDN: certificate.issuer.replaceAll('\n', ', '),
  subjectDN: certificate.subject.replaceAll('\n', ', '),
  notBefore: certificate.validFromDate.getTime(),
  notAfter: certificate.validToDate.getTime(),
  serialNumber: certificate.serialNumber,
  sha1Fingerprint: certificate.fingerprint,
  sha256Fingerprint: certificate.fingerprint256,
});

async function add(call: Call): Promise<ApiObject> {
  call.demand('Certificate', 'create');
  const given = readModel('Certificate', call.body ?? {});
  const pem = parse(given['certificate']).toString();
  return call.change(async (edit) => {
    const known = edit.list('Certificate');
    if (known.length >= certificatesMax) throw badRequest(`An account trusts at most ${certificatesMax} certificates.`);
    const twin = known.find((object) => object['certificate'] === pem);
    const id =
      (twin?.['ID'] as number | undefined) ??
      (await edit.insert('Certificate', { certificate: pem, purpose: given['purpose'] ?? 'SSL' }));
    return present(findObject(edit, 'Certificate', id));
  });
}

async function remove(call: Call): Promise<undefined> {
  call.demand('Certificate', 'delete');
  await call.change(async (edit) => {
    const id = call.id('certificateID');
    findObject(edit, 'Certificate', id);
    edit.remove('Certificate', id);
  });
  return undefined;
}

/** The PEMs that an account trusts, for connectors. */
export const trustedPems = (view: ConfigurationView): string[] =>
  view.list('Certificate').map((object) => String(object['certificate']));

/** What a server shows of itself; whether it is trusted here is told beside it. Nothing is sent to it but the greeting of TLS. */
async function target(call: Call): Promise<ApiObject> {
  call.demand('Certificate', 'create');
  const given = call.query['URL'];
  const url = URL.parse(String(Array.isArray(given) ? given[0] : (given ?? '')));
  if (url?.protocol !== 'https:') throw badRequest('URL must be an https address.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isInnerAddress(host)) throw unreadable();
  const pem = await peerCertificate(host, Number(url.port || 443));
  return call.read(async (view) =>
    writeModel('Certificate', {
      certificate: pem,
      certificateDetails: detailsOf(new X509Certificate(pem)),
      trusted: trustedPems(view).includes(pem),
      purpose: 'SSL',
    }),
  );
}

const unreadable = () => badRequest('URL: no certificate could be read from that address.');

function peerCertificate(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Names are looked up as those of connectors are: what belongs to this machine and its network is nothing for customers to ask.
    const named = isIP(host) ? {} : { servername: host, lookup: outerLookup };
    const socket = connect({ host, port, rejectUnauthorized: false, ...named });
    const fail = () => {
      socket.destroy();
      reject(unreadable());
    };
    socket.setTimeout(connectMsMax, fail);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate) resolve(certificate.toString());
      else fail();
    });
  });
}
