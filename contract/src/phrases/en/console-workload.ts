import type { consoleWorkload as ja } from '../ja/console-workload.ts';

/** Words of the page about the Workload Security API. */
export const consoleWorkload: Record<keyof typeof ja, string> = {
  'console.nav.workloadSecurity': 'Workload Security API',
  'console.workload.subtitle':
    'The API by which public clients (the SDKs, Ansible, Terraform …) rule policies, rules and hosts of an account.',
  'console.workload.difference':
    'A key made here rules the configuration of one account. It is not a key of the service API, which serves detections, alerts and reports.',
  'console.workload.serviceKeys': 'Keys of the service API',
  'console.workload.connection': 'Connection',
  'console.workload.address': 'Address of the API',
  'console.workload.authority': 'Certificate authority',
  'console.workload.authorityText':
    'The certificate of the address is signed by the authority of this manager. Let your client trust it.',
  'console.workload.download': 'Download the certificate',
  'console.workload.limit': 'Limit',
  'console.workload.limitText': '{count, number} calls a minute for each key',
  'console.workload.examples': 'Examples',
  'console.workload.exampleKey': 'With the key in the environment variable {name}.',
  'console.workload.example.curl': 'curl',
  'console.workload.example.python': 'Python SDK',
  'console.workload.keys': 'Keys',
  'console.workload.none': 'No keys for the Workload Security API',
  'console.workload.noneText': 'Create one for each program that uses it.',
  'console.workload.create': 'Create a key',
  'console.workload.description': 'Description',
  'console.workload.role': 'Role',
  'console.workload.roleHint': 'Choose Auditor for a program that only reads.',
  'console.workload.once': 'The secret is shown only now. Keep it before you close this.',
  'console.workload.secretOf': 'Secret of “{name}”',
  'console.workload.state.active': 'Active',
  'console.workload.state.locked': 'Locked',
  'console.workload.state.expired': 'Expired',
  'console.workload.renew': 'New secret',
  'console.workload.renewText': '“{name}” gets a new secret. The one it has now stops working at once.',
  'console.workload.lock': 'Lock',
  'console.workload.lockText': 'Calls with “{name}” are refused from now on. You can unlock it at any time.',
  'console.workload.unlock': 'Unlock',
  'console.workload.unlockText': 'Calls with “{name}” are taken again.',
  'console.workload.delete': 'Delete',
  'console.workload.deleteText': '“{name}” is deleted. This cannot be undone.',
};
