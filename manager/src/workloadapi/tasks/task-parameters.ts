import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  allParameters,
  type ComputerFilter,
  connectorOfGroup,
  parametersOf,
  type Recipients,
  reportKinds,
  synchronizable,
  targetOf,
} from '../../automation/index.ts';
import { type ConfigurationEdit, selectComputer } from '../../configuration/index.ts';
import { ApiFault, badRequest } from '../http/api-fault.ts';
import type { Call } from '../http/call.ts';
import { isVisibleComputer, mayEditComputer } from '../policies/visibility.ts';
import { checkReference, isId } from '../resources/resource.ts';

type Parameters = {
  readonly computerFilter?: ComputerFilter;
  readonly computerGroupID?: number;
  readonly recipients?: Recipients;
};

/**
 * The parameters of the task's own type, and none of others; what they name exists, and whoever calls may have something done with it.
 * @throws ApiFault 400, 403
 */
export async function checkParameters(
  task: ApiObject,
  given: ApiObject,
  edit: ConfigurationEdit,
  call: Call,
): Promise<void> {
  const type = String(task['type']);
  const own = parametersOf[type];
  const foreign = allParameters.find((name) => name !== own?.property && given[name]);
  if (foreign) throw badRequest(`${foreign}: a task of the type ${type} has no such parameters.`);
  const parameters = own && (task[own.property] as Parameters | undefined);
  if (!parameters) {
    if (own?.isNeeded) throw badRequest(`ScheduledTask: ${own.property} is required for the type ${type}.`);
    return checkComputers({}, edit, call);
  }
  if (aboutAllComputers.includes(type)) demandAllComputers(call);
  if (type === 'generate-report') checkReport(parameters as ApiObject, edit);
  else if ('computerFilter' in parameters) await checkComputers(parameters.computerFilter ?? {}, edit, call);
  if (type === 'send-alert-summary') checkRecipients(parameters.recipients, edit);
  if (synchronizable[type]) checkConnector(type, parameters.computerGroupID, edit);
}

/** Mails that tell of every computer of the account. */
const aboutAllComputers = ['generate-report', 'send-alert-summary'];

/** What is about every computer is for roles that have every computer. @throws ApiFault 403 */
export function demandAllComputers(call: Call): void {
  if (call.caller.role['allComputers'] === false) throw notAuthorized();
}

/** A role for some computers may have something done with those alone. */
async function checkComputers(filter: ComputerFilter, edit: ConfigurationEdit, call: Call): Promise<void> {
  const target = read(filter);
  const { role } = call.caller;
  const isForAll = role['allComputers'] !== false;
  if (target?.kind === 'Computer') {
    const computer = isId(target.id) ? await selectComputer(edit.tx, edit.accountId, target.id) : undefined;
    if (!computer || !isVisibleComputer(role, computer))
      throw badRequest(`computerFilter: there is no Computer with the ID ${target.id}.`);
    if (!mayEditComputer(role, computer)) throw notAuthorized();
    return;
  }
  if (target) checkReference(edit, target.id, target.kind, 'computerFilter');
  const groups = (role['computerGroupIDs'] as readonly number[] | undefined) ?? [];
  const isOwnGroup = target?.kind === 'ComputerGroup' && !target.below && groups.includes(target.id);
  if (!isForAll && !isOwnGroup) throw notAuthorized();
}

const notAuthorized = () =>
  new ApiFault(403, 'Not authorized to have something done with computers that your role does not name.');

function read(filter: ComputerFilter) {
  try {
    return targetOf(filter);
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}

function checkRecipients(recipients: Recipients | undefined, edit: ConfigurationEdit): void {
  const { allAdministratorsAndContacts, administratorIDs = [], contactIDs = [] } = recipients ?? {};
  for (const id of administratorIDs) checkReference(edit, id, 'Administrator', 'recipients.administratorIDs');
  for (const id of contactIDs) checkReference(edit, id, 'Contact', 'recipients.contactIDs');
  if (!allAdministratorsAndContacts && administratorIDs.length + contactIDs.length === 0)
    throw badRequest('recipients: name administrators, contacts, or allAdministratorsAndContacts.');
}

/** Reports are those of the last whole week or month, in one form each, over all computers: whatever else is asked for is refused, not passed over. */
function checkReport(parameters: ApiObject, edit: ConfigurationEdit): void {
  const templateId = parameters['reportTemplateID'] as number | undefined;
  const template = edit.get('ReportTemplate', templateId ?? 0);
  const kind = reportKinds[templateId ?? 0];
  if (!template || !kind)
    throw badRequest(`reportTemplateID: there is no ReportTemplate with the ID ${String(templateId)}.`);
  const formats = template['supportedFormats'] as readonly string[];
  const { format, classification, timeRange, tagFilter, computerFilter } = parameters as {
    format?: string;
    classification?: string;
    timeRange?: { units?: string; value?: number };
    tagFilter?: { type?: string };
    computerFilter?: ComputerFilter;
  };
  if (format && !formats.includes(format)) throw badRequest(`format: this report comes as ${formats.join(', ')}.`);
  if ((classification ?? 'blank') !== 'blank')
    throw badRequest('classification: reports of this manager carry none; leave it out, or blank.');
  const units = kind === 'monthly' ? 'month' : 'week';
  if (timeRange && ((timeRange.units ?? units) !== units || (timeRange.value ?? 1) !== 1))
    throw badRequest(`timeRange: this report is that of the last whole ${units}.`);
  if ((tagFilter?.type ?? 'all') !== 'all') throw badRequest('tagFilter: this report knows no tags.');
  if (read(computerFilter ?? {})) throw badRequest('computerFilter: this report is about all computers.');
  checkRecipients(parameters['recipients'] as Recipients | undefined, edit);
}

function checkConnector(type: string, groupId: number | undefined, edit: ConfigurationEdit): void {
  const connector = connectorOfGroup(edit, groupId);
  if (!connector || !synchronizable[type]!.includes(connector.kind))
    throw badRequest(`computerGroupID: ${String(groupId)} is no group of a connector that ${type} synchronizes.`);
}
