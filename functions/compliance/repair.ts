import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonical } from '../platform/canonical.ts';
import { policyDocumentSchema } from './policy-document.ts';
import { ruleSchema } from './rule.ts';

/**
 * The writes that there are. Each carries what stood before, so that its inverse can be worked out from itself: what
 * cannot be undone is not among them (a deleted key, a deleted password).
 */
const groupIds = z.array(z.string()).min(1);
const aclEntry = z.object({
  ruleNumber: z.int(),
  direction: z.enum(['ingress', 'egress']),
  action: z.enum(['allow', 'deny']),
  protocol: z.string(),
  cidr: z.string(),
  fromPort: z.int().optional(),
  toPort: z.int().optional(),
  icmp: z.object({ type: z.int(), code: z.int() }).optional(),
});
const passwordPolicy = z.object({
  minimumPasswordLength: z.int(),
  passwordReusePrevention: z.int().optional(),
  maxPasswordAge: z.int().optional(),
  requireSymbols: z.boolean(),
  requireNumbers: z.boolean(),
  requireUppercaseCharacters: z.boolean(),
  requireLowercaseCharacters: z.boolean(),
  allowUsersToChangePassword: z.boolean(),
  hardExpiry: z.boolean().optional(),
});

export const repairActionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('authorise-rule'), groupId: z.string(), rule: ruleSchema, description: z.string().optional() }),
  /**
   * By id: revoking by property takes other rules along, or none. Without an id, as when an authorisation is undone whose
   * reply was lost, the writer looks the rule up.
   */
  z.object({ kind: z.literal('revoke-rule'), groupId: z.string(), ruleId: z.string().optional(), rule: ruleSchema, description: z.string().optional() }),
  z.object({ kind: z.literal('set-interface-groups'), interfaceId: z.string(), groupIds, before: groupIds }),
  z.object({ kind: z.literal('set-load-balancer-groups'), loadBalancerArn: z.string(), groupIds, before: groupIds }),
  z.object({ kind: z.literal('set-database-groups'), databaseId: z.string(), groupIds, before: groupIds }),
  z.object({ kind: z.literal('set-prefix-list-entries'), prefixListId: z.string(), version: z.int(), add: z.array(z.string()), remove: z.array(z.string()) }),
  z.object({ kind: z.literal('delete-acl-entry'), networkAclId: z.string(), entry: aclEntry }),
  z.object({ kind: z.literal('create-acl-entry'), networkAclId: z.string(), entry: aclEntry }),
  z.object({ kind: z.literal('put-role-policy'), roleName: z.string(), policyName: z.string(), document: policyDocumentSchema, before: policyDocumentSchema.optional() }),
  z.object({ kind: z.literal('delete-role-policy'), roleName: z.string(), policyName: z.string(), before: policyDocumentSchema }),
  z.object({ kind: z.literal('attach-role-policy'), roleName: z.string(), policyArn: z.string() }),
  z.object({ kind: z.literal('detach-role-policy'), roleName: z.string(), policyArn: z.string() }),
  z.object({ kind: z.literal('set-role-trust'), roleName: z.string(), trust: policyDocumentSchema, before: policyDocumentSchema }),
  /** Without `boundaryArn` the role is to have none. */
  z.object({ kind: z.literal('set-role-boundary'), roleName: z.string(), boundaryArn: z.string().optional(), before: z.string().optional() }),
  z.object({ kind: z.literal('set-key-status'), userName: z.string(), createdAt: z.string(), keyId: z.string().optional(), status: z.enum(['Active', 'Inactive']) }),
  z.object({ kind: z.literal('put-user-policy'), userName: z.string(), policyName: z.string(), document: policyDocumentSchema }),
  z.object({ kind: z.literal('delete-user-policy'), userName: z.string(), policyName: z.string(), before: policyDocumentSchema }),
  z.object({ kind: z.literal('attach-user-policy'), userName: z.string(), policyArn: z.string() }),
  z.object({ kind: z.literal('detach-user-policy'), userName: z.string(), policyArn: z.string() }),
  /** Without `policy` the account is to have none; without `before` it had none, and IAM's defaults applied. */
  z.object({ kind: z.literal('set-password-policy'), policy: passwordPolicy.optional(), before: passwordPolicy.optional() }),
  /** Without `profileArn` the instance is to have none; without `before` it had none. */
  z.object({ kind: z.literal('set-instance-profile'), instanceId: z.string(), profileArn: z.string().optional(), before: z.string().optional() }),
]);

export type RepairAction = z.infer<typeof repairActionSchema>;
export type RepairKind = RepairAction['kind'];

/** What is done for one finding, in this order: whatever lets traffic through comes before whatever takes it away. */
export const repairPlanSchema = z.object({ actions: z.array(repairActionSchema).min(1) });
export type RepairPlan = z.infer<typeof repairPlanSchema>;

/** One function with one role a kind of write: none can do what another does. */
export const writers = {
  GroupRules: ['authorise-rule', 'revoke-rule'],
  Memberships: ['set-interface-groups', 'set-load-balancer-groups', 'set-database-groups'],
  PrefixLists: ['set-prefix-list-entries'],
  NetworkAcls: ['delete-acl-entry', 'create-acl-entry'],
  RolePolicies: [
    'put-role-policy', 'delete-role-policy', 'attach-role-policy', 'detach-role-policy', 'set-role-trust', 'set-role-boundary',
  ],
  UserAccess: ['set-key-status', 'put-user-policy', 'delete-user-policy', 'attach-user-policy', 'detach-user-policy'],
  PasswordPolicy: ['set-password-policy'],
  InstanceProfiles: ['set-instance-profile'],
} as const satisfies Readonly<Record<string, readonly RepairKind[]>>;

export type Writer = keyof typeof writers;

/** The one writer of a plan. A plan that would need two is two plans. */
export function writerOf(plan: RepairPlan): Writer {
  const names = Object.keys(writers) as Writer[];
  const needed = names.filter((name) => plan.actions.some(({ kind }) => (writers[name] as readonly RepairKind[]).includes(kind)));
  const [writer, ...others] = needed;
  if (writer === undefined || others.length > 0) throw new Error(`a plan has one writer, not ${needed.length}: ${needed.join(', ')}`);
  return writer;
}

/** Binds an approval, a journal and a write to one plan: what was altered has another hash. SHA-256, 64 hexadecimal digits. */
export function hashPlan(plan: RepairPlan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex');
}
