import * as z from 'zod';

/** From the least to the most severe. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Who may have a finding repaired: nobody needed, a person who approves, or only a person by hand. */
export const remediations = ['automatic', 'approval', 'report-only'] as const;
export type Remediation = (typeof remediations)[number];

/** Types of CloudFormation where there is one. */
export const resourceTypes = [
  'AWS::EC2::SecurityGroup', 'AWS::EC2::PrefixList', 'AWS::EC2::NetworkInterface', 'AWS::EC2::Instance', 'AWS::EC2::NetworkAcl',
  'AWS::EC2::VPC', 'AWS::EC2::LaunchTemplate', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::RDS::DBInstance',
  'AWS::IAM::User', 'AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::InstanceProfile',
  'AWS::IAM::ServerCertificate', 'AWS::Account',
] as const;

export const resourceSchema = z.object({
  type: z.enum(resourceTypes),
  /** What its API calls it: `sg-…`, a role's name, the ARN of a load balancer. */
  id: z.string(),
});

export type Resource = z.infer<typeof resourceSchema>;

export const findingSchema = z.object({
  checkId: z.string(),
  /** The same drift has the same key however often it is seen: `<checkId>/<resource id>[/<what>]`. */
  key: z.string(),
  resource: resourceSchema,
  severity: z.enum(severities),
  remediation: z.enum(remediations),
  /** One sentence: what is wrong, with the values. */
  message: z.string(),
  /** What was found and what was expected; all that a repair needs. JSON. */
  detail: z.record(z.string(), z.unknown()),
});

/** Something that a check found. */
export type Finding<Detail extends object = object> = Omit<z.infer<typeof findingSchema>, 'detail'> & { readonly detail: Detail };
