import { badRequest } from '../http/api-fault.ts';
import type { Resource } from '../resources/resource.ts';

const mailAddress = /^[^\s@<>]+@[^\s@<>]+$/;

/** Recipients of scheduled reports and summaries. Who is told of alerts stands with the account, not here. */
export const contact: Resource = {
  kind: 'Contact',
  present: ({ reportPDFPassword: _, ...object }) => ({ locale: 'en-US', reportPDFPasswordEnabled: false, ...object }),
  complete: ({ reportPDFPassword: _, ...next }) => {
    const mail = next['emailAddress'];
    if (typeof mail === 'string' && mail !== '' && !mailAddress.test(mail))
      throw badRequest('emailAddress is no mail address.');
    return next;
  },
};
