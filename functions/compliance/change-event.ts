import * as z from 'zod';
import { type Resource, resourceSchema } from './finding.ts';

/** What started a look at drift: an API call that CloudTrail recorded, an alarm of the audit stack, or a person. */
export const triggerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), record: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('alarm'), alarmName: z.string(), state: z.string() }),
  z.object({ kind: z.literal('resources'), resources: z.array(resourceSchema).min(1) }),
]);

export type Trigger = z.infer<typeof triggerSchema>;

/** What a trigger is about. */
export type Subject =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'resources'; readonly resources: readonly Resource[]; readonly changedAt: number | undefined; readonly actor: string };

/** The parts of a CloudTrail record that matter here (CloudTrail user guide, "Record contents"). */
const recordSchema = z.object({
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  errorCode: z.string().optional(),
  recipientAccountId: z.string(),
  userIdentity: z
    .object({
      type: z.string().optional(),
      arn: z.string().optional(),
      invokedBy: z.string().optional(),
      sessionContext: z.object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() }).optional(),
    })
    .optional(),
  requestParameters: z.record(z.string(), z.unknown()).nullish(),
  responseElements: z.record(z.string(), z.unknown()).nullish(),
});

type CallRecord = z.infer<typeof recordSchema>;

/** Reads the resources that a recorded call changed. `ownRoleArns` are the writers': what they do is no drift. */
export function subjectOfCall(record: unknown, ownRoleArns: ReadonlySet<string>): Subject {
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return { kind: 'nothing', reason: `It is no CloudTrail record: ${z.prettifyError(parsed.error)}` };
  const call = parsed.data;
  if (call.errorCode !== undefined) return { kind: 'nothing', reason: `${call.eventName} failed with ${call.errorCode}: it changed nothing.` };
  const issuer = call.userIdentity?.sessionContext?.sessionIssuer?.arn;
  if (issuer !== undefined && ownRoleArns.has(issuer)) {
    return { kind: 'nothing', reason: `${call.eventName} was made by a repair of ours.` };
  }
  const resources = resourcesOf(call);
  if (resources.length === 0) return { kind: 'nothing', reason: `${call.eventName} of ${call.eventSource} is about nothing that is checked.` };
  const actor = call.userIdentity?.arn ?? call.userIdentity?.invokedBy ?? call.userIdentity?.type ?? 'unknown';
  const changedAt = Date.parse(call.eventTime);
  return { kind: 'resources', resources, actor, changedAt: Number.isNaN(changedAt) ? undefined : changedAt };
}

/** Where in a record the id of a resource stands, by the member's name; the first that is there counts. */
const membersOf: readonly { readonly source: string; readonly type: Resource['type']; readonly paths: readonly string[] }[] = [
  { source: 'ec2.amazonaws.com', type: 'AWS::EC2::SecurityGroup', paths: ['groupId', 'ModifySecurityGroupRulesRequest.GroupId', 'response.groupId'] },
  { source: 'ec2.amazonaws.com', type: 'AWS::EC2::NetworkInterface', paths: ['networkInterfaceId'] },
  { source: 'ec2.amazonaws.com', type: 'AWS::EC2::PrefixList', paths: ['prefixListId', 'ModifyManagedPrefixListRequest.PrefixListId'] },
  { source: 'ec2.amazonaws.com', type: 'AWS::EC2::NetworkAcl', paths: ['networkAclId'] },
  {
    source: 'ec2.amazonaws.com',
    type: 'AWS::EC2::Instance',
    paths: [
      'instanceId', 'AssociateIamInstanceProfileRequest.InstanceId',
      'response.ReplaceIamInstanceProfileAssociationResponse.iamInstanceProfileAssociation.instanceId',
      'response.DisassociateIamInstanceProfileResponse.iamInstanceProfileAssociation.instanceId',
      'response.iamInstanceProfileAssociation.instanceId',
    ],
  },
  { source: 'elasticloadbalancing.amazonaws.com', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', paths: ['loadBalancerArn'] },
  { source: 'rds.amazonaws.com', type: 'AWS::RDS::DBInstance', paths: ['dBInstanceIdentifier'] },
  { source: 'iam.amazonaws.com', type: 'AWS::IAM::Role', paths: ['roleName'] },
  // A key made for oneself names nobody in the request.
  { source: 'iam.amazonaws.com', type: 'AWS::IAM::User', paths: ['userName', 'response.accessKey.userName'] },
  { source: 'iam.amazonaws.com', type: 'AWS::IAM::ManagedPolicy', paths: ['policyArn'] },
];

const passwordPolicyCalls: ReadonlySet<string> = new Set(['UpdateAccountPasswordPolicy', 'DeleteAccountPasswordPolicy']);

function resourcesOf(call: CallRecord): Resource[] {
  if (passwordPolicyCalls.has(call.eventName)) return [{ type: 'AWS::Account', id: call.recipientAccountId }];
  const root = { ...call.requestParameters, response: call.responseElements ?? {} };
  return membersOf
    .filter(({ source }) => source === call.eventSource)
    .flatMap(({ type, paths }): Resource[] => {
      const id = paths.map((path) => memberAt(root, path)).find((found) => found !== undefined);
      return id === undefined ? [] : [{ type, id }];
    })
    // Attaching a managed policy changes who has it, not what it says.
    .filter(({ type }, _index, all) => type !== 'AWS::IAM::ManagedPolicy' || all.length === 1);
}

function memberAt(root: unknown, path: string): string | undefined {
  const found = path.split('.').reduce<unknown>((value, member) => (isRecord(value) ? value[member] : undefined), root);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
