import { AccessAnalyzerClient } from '@aws-sdk/client-accessanalyzer';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SavingsplansClient } from '@aws-sdk/client-savingsplans';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * One client a service and process, made at first use: a bundle keeps only the clients that its handler reaches,
 * and a function that never calls a service does not pay for its client.
 */
const options = {
  /** Waits of the SDK's own retries stay under a second; what takes longer is the state machine's to retry. */
  maxAttempts: 3,
  cacheMiddleware: true,
} as const;

const billingRegion = 'us-east-1';

export const accessAnalyzer = /* @__PURE__ */ once(() => new AccessAnalyzerClient(options));
export const autoScaling = /* @__PURE__ */ once(() => new AutoScalingClient(options));
export const cloudFormation = /* @__PURE__ */ once(() => new CloudFormationClient(options));
export const cloudTrail = /* @__PURE__ */ once(() => new CloudTrailClient(options));
export const cloudWatch = /* @__PURE__ */ once(() => new CloudWatchClient(options));
/** Billing has one Region, wherever what is billed stands. */
export const costExplorer = /* @__PURE__ */ once(() => new CostExplorerClient({ ...options, region: billingRegion }));
export const ec2 = /* @__PURE__ */ once(() => new EC2Client(options));
export const elasticLoadBalancing = /* @__PURE__ */ once(() => new ElasticLoadBalancingV2Client(options));
export const iam = /* @__PURE__ */ once(() => new IAMClient(options));
export const rds = /* @__PURE__ */ once(() => new RDSClient(options));
export const s3 = /* @__PURE__ */ once(() => new S3Client(options));
export const savingsPlans = /* @__PURE__ */ once(() => new SavingsplansClient({ ...options, region: billingRegion }));
export const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient(options));
export const serviceQuotas = /* @__PURE__ */ once(() => new ServiceQuotasClient(options));
export const sns = /* @__PURE__ */ once(() => new SNSClient(options));
export const stepFunctions = /* @__PURE__ */ once(() => new SFNClient(options));
export const ssm = /* @__PURE__ */ once(() => new SSMClient(options));
export const cloudWatchLogs = /* @__PURE__ */ once(() => new CloudWatchLogsClient(options));
export const documents = /* @__PURE__ */ once(() =>
  // The document client does not go together with cached middleware.
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...options, cacheMiddleware: false }), { marshallOptions: { removeUndefinedValues: true } }),
);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
