import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { makeServiceAccount } from '../../../test/clouds/index.ts';
import {
  type AwsConnectorFields,
  awsAccess,
  checkAwsConnector,
  checkGcpConnector,
  checkVCenter,
  readableAws,
  readableGcp,
  readableVCenter,
  type VCenterFields,
  vCenterAccess,
} from './validate.ts';

const rules = { mayUseInstanceRole: true };
const keys = { accessKey: 'AKIAEXAMPLEEXAMPLE01', secretKey: 'own/secret+key/of/a/test/0123456789abcd' };
const arn = 'arn:aws:iam::444455556666:role/path/watch';
const aws = (change: object, stored?: AwsConnectorFields) => checkAwsConnector({ ...change }, rules, stored);
const bare: AwsConnectorFields = {
  displayName: '',
  accessKey: '',
  secretKey: '',
  seedRegion: '',
  useInstanceRole: false,
  crossAccountRoleArn: '',
  workspacesEnabled: false,
};

test('an AWS connector needs keys, the instance role or a role', () => {
  assert.deepEqual(aws({ ...keys, displayName: '本番', workspacesEnabled: 'true' }).value, {
    ...bare,
    ...keys,
    displayName: '本番',
    workspacesEnabled: true,
  });
  assert.deepEqual(aws({ useInstanceRole: true, accountId: '1', syncedRegions: [] }).value, {
    ...bare,
    useInstanceRole: true,
  });
  assert.deepEqual(aws({ crossAccountRoleArn: arn, seedRegion: 'us-gov-west-1' }).value, {
    ...bare,
    crossAccountRoleArn: arn,
    seedRegion: 'us-gov-west-1',
  });
  assert.deepEqual(aws({ displayName: 'x' }).faults, [
    'Give an access key with its secret key, or "useInstanceRole", or "crossAccountRoleArn".',
  ]);
});

const awsFaults: readonly [object, RegExp][] = [
  [{ accessKey: keys.accessKey }, /must come with its secret key/],
  [{ secretKey: keys.secretKey }, /must come with its access key/],
  [{ ...keys, accessKey: 'short' }, /access key must have 16 to 128/],
  [{ ...keys, accessKey: 'AKIA/EXAMPLE/../EXAMPLE01' }, /access key must have 16 to 128/],
  [{ ...keys, secretKey: 'with space and more text' }, /secret key has not the form/],
  [{ ...keys, secretKey: 'with\nnewline-and-more-text' }, /secret key has not the form/],
  [{ ...keys, useInstanceRole: true }, /not both/],
  [{ crossAccountRoleArn: 'arn:aws:iam::4444:role/x' }, /must be an ARN/],
  [{ crossAccountRoleArn: 'arn:aws:iam::444455556666:user/x' }, /must be an ARN/],
  [{ crossAccountRoleArn: `${arn}&Action=Other` }, /must be an ARN/],
  [{ ...keys, seedRegion: 'evil.example/' }, /The region must be/],
  [{ ...keys, displayName: 7 }, /"displayName" must be a text/],
  [{ ...keys, displayName: 'x'.repeat(255) }, /at most 254/],
  [{ ...keys, workspacesEnabled: 'yes' }, /"workspacesEnabled" must be true or false/],
];
for (const [change, sentence] of awsFaults)
  test(`an AWS connector is refused with a sentence: ${sentence.source}`, () => {
    const { faults, value } = aws(change);
    assert.equal(value, undefined);
    assert.ok(
      faults.some((fault) => sentence.test(fault)),
      faults.join(' '),
    );
    for (const fault of faults) assert.match(fault, /^["A-Z].*\.$/);
  });

test('the role of the manager’s own machine is the operator’s to give', () => {
  const none = { mayUseInstanceRole: false };
  assert.match(checkAwsConnector({ useInstanceRole: true }, none).faults[0]!, /may not be used here/);
  assert.ok(checkAwsConnector({ crossAccountRoleArn: arn }, none).value, 'a role of the customer’s account may');
});

test('a change keeps what it does not name, and a new key needs its own secret', () => {
  const stored = { ...bare, ...keys, displayName: '本番' };
  assert.deepEqual(aws({ displayName: '新' }, stored).value, { ...stored, displayName: '新' });
  assert.deepEqual(aws({ displayName: null }, stored).value, stored);
  assert.match(aws({ accessKey: 'AKIAEXAMPLEEXAMPLE09' }, stored).faults[0]!, /must come with its secret key/);
  const secretKey = 'another/secret+key/of/a/test/0123456789';
  assert.equal(aws({ secretKey }, stored).value?.secretKey, secretKey);
  assert.deepEqual(aws({ useInstanceRole: true }, stored).value, {
    ...bare,
    displayName: '本番',
    useInstanceRole: true,
  });
  assert.deepEqual(aws({ accessKey: '', crossAccountRoleArn: arn }, stored).value, {
    ...bare,
    displayName: '本番',
    crossAccountRoleArn: arn,
  });
});

test('how a listing gets in follows from the fields', () => {
  assert.deepEqual(awsAccess({ ...bare, ...keys, seedRegion: 'us-east-2' }, 'x'), {
    keys,
    role: undefined,
    seedRegion: 'us-east-2',
    workspacesEnabled: false,
  });
  assert.deepEqual(awsAccess({ ...bare, crossAccountRoleArn: arn }, 'customer-7'), {
    keys: 'instance-role',
    role: { arn, externalId: 'customer-7' },
    seedRegion: undefined,
    workspacesEnabled: false,
  });
});

test('a GCP connector’s key is read, and what the API tells comes from it', () => {
  const { base64, clientEmail } = makeServiceAccount();
  const { value } = checkGcpConnector({ name: '本番', serviceAccount: base64 }, { anyTokenUri: false });
  assert.deepEqual(value, {
    name: '本番',
    serviceAccount: base64,
    ownerProjectID: 'sample-project',
    privateKeyID: '0f1e2d3c4b5a69788796a5b4c3d2e1f001122334',
    clientEmail,
  });
  assert.deepEqual(checkGcpConnector({ name: '新' }, { anyTokenUri: false }, value).value, { ...value!, name: '新' });
});

test('a GCP connector is refused with a sentence that holds nothing of the key', () => {
  const anyTokenUri = false;
  const check = (serviceAccount: unknown) => checkGcpConnector({ name: 'x', serviceAccount }, { anyTokenUri }).faults;
  const without = (changes: object) => check(makeServiceAccount({ ...changes }).base64);
  const pem = (kind: 'rsa' | 'ec'): string => {
    const form = {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    } as const;
    return kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', ...form }).privateKey
      : generateKeyPairSync('rsa', { modulusLength: 1024, ...form }).privateKey;
  };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const wrong: readonly [readonly string[], RegExp][] = [
    [check(''), /Give the service account/],
    [check('{"type":"service_account"}'), /JSON key in base64/],
    [check(base64('no json')), /JSON key in base64/],
    [check(base64('[]')), /must be a JSON key/],
    [without({ type: 'authorized_user' }), /type "service_account"/],
    [without({ project_id: undefined }), /name its project/],
    [without({ project_id: '../other' }), /name its project/],
    [without({ private_key_id: 5 }), /identifier in "private_key_id"/],
    [without({ private_key: undefined }), /private key in "private_key"/],
    [
      without({ private_key: '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----' }),
      /cannot be read as an RSA key/,
    ],
    [without({ private_key: pem('ec') }), /cannot be read as an RSA key/],
    [without({ private_key: pem('rsa') }), /cannot be read as an RSA key/],
    [without({ client_email: 'nobody' }), /address in "client_email"/],
    [without({ token_uri: 'https://evil.example/token' }), /no other "token_uri"/],
    [without({ token_uri: 'http://oauth2.googleapis.com/token' }), /no other "token_uri"/],
    [without({ token_uri: 'https://oauth2.googleapis.com.evil.example/token' }), /no other "token_uri"/],
    [without({ token_uri: 'https://oauth2.googleapis.com@evil.example/token' }), /no other "token_uri"/],
  ];
  for (const [faults, sentence] of wrong) {
    assert.equal(faults.length, 1, `${sentence}: ${faults.join(' ')}`);
    assert.match(faults[0]!, sentence);
  }
  assert.match(
    checkGcpConnector({ serviceAccount: makeServiceAccount().base64 }, { anyTokenUri }).faults[0]!,
    /a name/,
  );
});

const password = Buffer.from('パスワード:x').toString('base64');
const vCenter: VCenterFields = {
  host: 'vcenter.example.co.jp',
  port: 443,
  name: '東京',
  description: '',
  username: 'watch@vsphere.local',
  password,
};

test('a vCenter is checked, and a stored password goes to no other place', () => {
  assert.deepEqual(checkVCenter({ ...vCenter, port: undefined }).value, vCenter);
  assert.equal(checkVCenter({ ...vCenter, port: '8443' }).value?.port, 8443);
  assert.equal(checkVCenter({ ...vCenter, host: '2001:db8::5' }).value?.host, '2001:db8::5');
  assert.deepEqual(checkVCenter({ name: '大阪' }, vCenter).value, { ...vCenter, name: '大阪' });
  const again = [/the password must be given again/];
  for (const [change, sentences] of [
    [{ host: 'other.example' }, again],
    [{ port: 444 }, again],
    [{ password: '' }, [/password must be given/]],
    [{ password: 'not base64!' }, [/password must be given/]],
    [{ password: Buffer.from([0xff, 0xfe]).toString('base64') }, [/password must be given/]],
    [{ username: 'a:b' }, [/username/]],
    [{ username: '' }, [/username/]],
    [{ port: 70_000, password }, [/1 to 65535/]],
    [{ host: '', password }, [/host must be a name/]],
    [{ host: 'https://vcenter.example', password }, [/host must be a name/]],
    [{ host: 'vcenter.example:443', password }, [/host must be a name/]],
    [{ host: 'vcenter.example/x', password }, [/host must be a name/]],
    [{ host: 'a@b.example', password }, [/host must be a name/]],
    [{ host: '2130706433', password }, [/host must be a name/]],
    [{ host: '127.1', password }, [/host must be a name/]],
    [{ host: '0x7f.0x1', password }, [/host must be a name/]],
  ] as const) {
    const { faults } = checkVCenter(change, vCenter);
    assert.equal(faults.length, sentences.length, faults.join(' '));
    for (const [index, sentence] of sentences.entries()) assert.match(faults[index]!, sentence);
  }
  assert.deepEqual(vCenterAccess(vCenter).password, 'パスワード:x');
});

test('secrets are written and never shown', () => {
  const gcpFields = checkGcpConnector(
    { name: 'x', serviceAccount: makeServiceAccount().base64 },
    { anyTokenUri: false },
  ).value!;
  assert.deepEqual(
    Object.keys(readableAws({ ...bare, ...keys })).sort(),
    Object.keys(bare)
      .filter((name) => name !== 'secretKey')
      .sort(),
  );
  assert.deepEqual(Object.keys(readableGcp(gcpFields)).sort(), [
    'clientEmail',
    'name',
    'ownerProjectID',
    'privateKeyID',
  ]);
  assert.equal('password' in readableVCenter(vCenter), false);
});
