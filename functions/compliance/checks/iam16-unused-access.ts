import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { isProtected } from '../policy-holder.ts';
import type { Role, RoleAccess } from '../snapshot.ts';
import { daysBetween, latest } from './iam-ages.ts';

const unusedDays = 90;

interface Detail {
  readonly lastUsedAt?: string;
  /** Services that the role may use and did not; absent where the whole role is unused. */
  readonly services?: readonly string[];
}

export const unusedAccess = defineCheck<Detail>({
  id: 'IAM16',
  title: 'Roles use what they may use',
  description:
    `A role that nobody assumed for ${unusedDays} days, or a service that a role may use and did not try in that time, is a right without a need. Roles younger than that, and roles of AWS services, are not judged.`,
  severity: 'medium',
  references: [],
  remediation: 'report-only',
  reads: ['roles', 'lastAccessed'],
  scope: 'account',
  evaluate({ roles, lastAccessed, takenAt }) {
    const accesses = new Map(lastAccessed.map((access) => [access.roleName, access]));
    return roles
      .filter((role) => !isProtected(role) && isLongAgo(role.createdAt, takenAt))
      .flatMap((role) => unusedRole(role, takenAt) ?? unusedServices(role, accesses.get(role.name), takenAt) ?? []);
  },
});

function isLongAgo(instant: string, now: string): boolean {
  return daysBetween(instant, now) > unusedDays;
}

function unusedRole(role: Role, now: string): Finding<Detail> | undefined {
  const { name, createdAt, lastUsedAt } = role;
  if (!isLongAgo(latest(createdAt, lastUsedAt), now)) return undefined;
  const message = `The role ${name} was ${lastUsedAt === undefined ? 'never used' : `last used at ${lastUsedAt}`}.`;
  return finding(role, 'role', message, lastUsedAt === undefined ? {} : { lastUsedAt });
}

function unusedServices(role: Role, access: RoleAccess | undefined, now: string): Finding<Detail> | undefined {
  const services = (access?.services ?? [])
    .filter(({ lastAccessedAt }) => lastAccessedAt === undefined || isLongAgo(lastAccessedAt, now))
    .map(({ namespace }) => namespace)
    .toSorted();
  if (services.length === 0) return undefined;
  return finding(role, 'services', `The role ${role.name} did not use ${services.join(', ')} in ${unusedDays} days.`, { services });
}

function finding({ name }: Role, what: string, message: string, detail: Detail): Finding<Detail> {
  return {
    checkId: 'IAM16',
    key: `IAM16/${name}/${what}`,
    resource: { type: 'AWS::IAM::Role', id: name },
    severity: 'medium',
    remediation: 'report-only',
    message,
    detail,
  };
}
