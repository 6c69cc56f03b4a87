import { GenerateServiceLastAccessedDetailsCommand, GetServiceLastAccessedDetailsCommand, type ServiceLastAccessed } from '@aws-sdk/client-iam';
import { iam } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import { pageSizes } from './collect-calls.ts';
import { each, given, present } from './collect-fields.ts';
import { ifThere } from './collect-principals.ts';
import type { RoleAccess } from './snapshot.ts';

/** A report on one role, which IAM makes on its own time. Kept for seven days. */
export interface AccessJob {
  readonly roleName: string;
  readonly jobId: string;
}

/** Roles that are asked about in one run: each costs two calls, and its job travels through the state machine. */
const rolesAsked = 100;

/** Asks IAM what roles used; the answer is to be read later. Roles that do not exist are left out. */
export function requestRoleAccess(roles: readonly { readonly name: string; readonly arn: string }[]): Promise<AccessJob[]> {
  return each(roles.slice(0, rolesAsked), async ({ name, arn }) => {
    const job = await ifThere(() => iam().send(new GenerateServiceLastAccessedDetailsCommand({ Arn: arn })));
    return job === undefined ? [] : [{ roleName: name, jobId: given(job.JobId, 'JobId') }];
  });
}

/** Reads what was asked for. Throws {@link Refused} where a report is not there yet, or never will be. */
export function collectRoleAccess(jobs: readonly AccessJob[]): Promise<RoleAccess[]> {
  return each(jobs, async ({ roleName, jobId }) => {
    const services: ServiceLastAccessed[] = [];
    let marker: string | undefined;
    do {
      const input = { JobId: jobId, MaxItems: pageSizes.GetServiceLastAccessedDetails, ...present({ Marker: marker }) };
      const page = await iam().send(new GetServiceLastAccessedDetailsCommand(input));
      if (page.JobStatus !== 'COMPLETED') throw new Refused(`The report on what ${roleName} used is ${page.JobStatus}.`);
      services.push(...(page.ServicesLastAccessed ?? []));
      marker = page.Marker;
    } while (marker !== undefined);
    return [{ roleName, services: services.map(toService) }];
  });
}

function toService({ ServiceNamespace, LastAuthenticated }: ServiceLastAccessed): RoleAccess['services'][number] {
  return { namespace: given(ServiceNamespace, 'ServiceNamespace'), ...present({ lastAccessedAt: LastAuthenticated?.toISOString() }) };
}
