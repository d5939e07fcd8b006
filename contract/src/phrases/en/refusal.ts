import type { refusal as ja } from '../ja/refusal.ts';

/** Names of things and states in what a refusal says. */
export const refusal: Record<keyof typeof ja, string> = {
  'thing.account': 'account',
  'thing.address': 'address',
  'thing.alert': 'alert',
  'thing.apikey': 'Workload Security API key',
  'thing.contact': 'contact',
  'thing.host': 'host',
  'thing.key': 'API key',
  'thing.link': 'link',
  'thing.password': 'password',
  'thing.person': 'person',
  'thing.policy': 'policy',
  'thing.recommendation': 'recommendation',
  'thing.report': 'report',
  'thing.role': 'role',
  'thing.rule': 'rule',
  'thing.token': 'enrolment token',
  'thing.totp': 'two-step sign-in',
  'state.expired': 'expired',
  'state.none': 'not there yet',
  'state.retired': 'retired',
  'state.revoked': 'revoked',
  'state.superseded': 'followed by a newer one of the same cause',
  'state.unset': 'not set',
  'state.used': 'used',
};
