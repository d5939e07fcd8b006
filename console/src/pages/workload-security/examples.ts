/** What the certificate of our authority is called when it is downloaded. */
export const authorityFile = 'sakimori-api-ca.pem';
export const keyVariable = 'WORKLOAD_SECURITY_KEY';

/** Examples that run as they are, once the key is in the environment and the certificate in the folder. */
export const examples: Readonly<Record<'curl' | 'python', (address: string) => string>> = {
  curl: (address) =>
    [
      `curl --cacert ${authorityFile} \\`,
      `  -H 'api-version: v1' -H "api-secret-key: $${keyVariable}" \\`,
      `  ${address}/policies`,
    ].join('\n'),
  python: (address) =>
    [
      'import os',
      'import deepsecurity',
      '',
      'configuration = deepsecurity.Configuration()',
      `configuration.host = "${address}"`,
      `configuration.ssl_ca_cert = "${authorityFile}"`,
      `configuration.api_key["api-secret-key"] = os.environ["${keyVariable}"]`,
      '',
      'client = deepsecurity.ApiClient(configuration)',
      'for policy in deepsecurity.PoliciesApi(client).list_policies("v1").policies:',
      '    print(policy.id, policy.name)',
    ].join('\n'),
};
