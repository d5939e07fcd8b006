import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { badRequest } from '../http/api-fault.ts';
import { findObject, type Resource } from '../resources/resource.ts';
import { checkMayTouch, checkNotAbove } from './roles.ts';

const mailAddress = /^[^\s@<>]+@[^\s@<>]+$/;

/**
 * Administrators as records: whom tasks and reports may be sent to, and with which role. People sign in to our console by the accounts that the
 * provider makes there, so a password sent here is taken, never kept and never shown.
 */
export const administrator: Resource = {
  kind: 'Administrator',
  present: ({ password: _, reportPDFPassword: __, ...object }) => ({
    ...{
      passwordNeverExpires: false,
      active: true,
      mfaType: 'none',
      primaryContact: false,
      receiveNotifications: false,
    },
    ...{
      reportPDFPasswordEnabled: false,
      external: false,
      type: 'normal',
      readOnly: false,
      locale: 'en-US',
      timeFormat: '24',
    },
    unsuccessfulSignInAttempts: 0,
    ...object,
  }),
  complete: (next, { edit, call, before }) => {
    const mail = next['emailAddress'];
    if (typeof mail === 'string' && mail !== '' && !mailAddress.test(mail))
      throw badRequest('emailAddress is no mail address.');
    if (before) checkMayTouch(call.caller.role, edit.get('Role', before['roleID'] as number));
    checkNotAbove(call.caller.role, findObject(edit, 'Role', next['roleID'] as number));
    const { password, reportPDFPassword: _, ...rest } = next;
    return {
      ...rest,
      created: before?.['created'] ?? edit.at.getTime(),
      ...(password === undefined ? {} : { lastPasswordChange: edit.at.getTime() }),
    } satisfies ApiObject;
  },
  checkDelete: (id, edit, call) =>
    checkMayTouch(call.caller.role, edit.get('Role', findObject(edit, 'Administrator', id)['roleID'] as number)),
};
