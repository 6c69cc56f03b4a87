import * as z from 'zod';
import { policyDocumentSchema } from './policy-document.ts';
import { ruleSchema } from './rule.ts';

/**
 * What security groups, memberships and roles should look like, as the CDK app declares them. The app publishes one SSM
 * parameter a document under `/webmarket/<environment>/baseline/<kind>/<name>`, physical ids resolved at deployment;
 * nobody maintains it by hand.
 */

/** The chain of the shop, and the probe beside it, which reaches the database to measure its failovers. */
export const tiers = ['load-balancer', 'application', 'database', 'probe'] as const;

export const declaredGroupSchema = z.object({
  /** Name of the stack that owns it: a repair yields while it is being changed. */
  stackName: z.string(),
  groupId: z.string(),
  vpcId: z.string(),
  /** Its place in the chain of the tiers; absent for a group outside of it. */
  tier: z.enum(tiers).optional(),
  /** Every rule there should be. EC2's own "nothing" rule (icmp 252/86 to 255.255.255.255/32) is among them where CDK adds it. */
  rules: z.array(ruleSchema),
});

export const declaredMembershipSchema = z.object({
  stackName: z.string(),
  /** `auto-scaling-group`: the instances that it launches, by its name. */
  kind: z.enum(['load-balancer', 'database', 'launch-template', 'auto-scaling-group']),
  id: z.string(),
  groupIds: z.array(z.string()),
  /** Instances: the profile that each should have. */
  instanceProfileArn: z.string().optional(),
});

export const declaredRoleSchema = z.object({
  stackName: z.string(),
  roleName: z.string(),
  path: z.string().default('/'),
  trust: policyDocumentSchema,
  inlinePolicies: z.array(z.object({ name: z.string(), document: policyDocumentSchema })),
  attachedPolicyArns: z.array(z.string()),
  boundaryArn: z.string().optional(),
});

export type Tier = (typeof tiers)[number];
export type DeclaredGroup = z.infer<typeof declaredGroupSchema>;
export type DeclaredMembership = z.infer<typeof declaredMembershipSchema>;
export type DeclaredRole = z.infer<typeof declaredRoleSchema>;

/** The folder of each kind of document, and its schema. */
export const baselineKinds = {
  'security-groups': declaredGroupSchema,
  memberships: declaredMembershipSchema,
  roles: declaredRoleSchema,
} as const;

export type BaselineKind = keyof typeof baselineKinds;

export interface Baseline {
  readonly groups: readonly DeclaredGroup[];
  readonly memberships: readonly DeclaredMembership[];
  readonly roles: readonly DeclaredRole[];
}
