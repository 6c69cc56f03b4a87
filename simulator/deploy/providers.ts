import type { ResourceProvider } from './provider.ts';
import { providers as accessAnalyzer } from './providers/access-analyzer.ts';
import { providers as autoScaling } from './providers/auto-scaling.ts';
import { providers as budgets } from './providers/budgets.ts';
import { providers as cloudFormation } from './providers/cloudformation.ts';
import { providers as cloudTrail } from './providers/cloudtrail.ts';
import { providers as cloudWatch } from './providers/cloudwatch.ts';
import { providers as costExplorer } from './providers/cost-explorer.ts';
import { providers as dynamoDb } from './providers/dynamodb.ts';
import { providers as ec2 } from './providers/ec2.ts';
import { providers as elasticLoadBalancing } from './providers/elastic-load-balancing.ts';
import { providers as events } from './providers/events.ts';
import { providers as iam } from './providers/iam.ts';
import { providers as kms } from './providers/kms.ts';
import { providers as lambda } from './providers/lambda.ts';
import { providers as logs } from './providers/logs.ts';
import { providers as rds } from './providers/rds.ts';
import { providers as s3 } from './providers/s3.ts';
import { providers as scheduler } from './providers/scheduler.ts';
import { providers as secretsManager } from './providers/secrets-manager.ts';
import { providers as serviceQuotas } from './providers/service-quotas.ts';
import { providers as sns } from './providers/sns.ts';
import { providers as ssm } from './providers/ssm.ts';
import { providers as stepFunctions } from './providers/step-functions.ts';

/** Every resource type that the account models, by its name in templates. */
export const providersByType: ReadonlyMap<string, ResourceProvider> = new Map(
  [
    accessAnalyzer, autoScaling, budgets, cloudFormation, cloudTrail, cloudWatch, costExplorer, dynamoDb, ec2, elasticLoadBalancing, events, iam, kms, lambda,
    logs, rds, s3, scheduler, secretsManager, serviceQuotas, sns, ssm, stepFunctions,
  ]
    .flat()
    .map((provider) => [provider.type, provider]),
);
