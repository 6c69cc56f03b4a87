import { AccessAnalyzer } from '../services/access-analyzer.ts';
import { AutoScaling } from '../services/auto-scaling.ts';
import { Budgets } from '../services/budgets.ts';
import { CloudFormation } from '../services/cloudformation.ts';
import { CloudTrail } from '../services/cloudtrail.ts';
import { CloudWatch } from '../services/cloudwatch.ts';
import { CostExplorer } from '../services/cost-explorer.ts';
import { DynamoDb } from '../services/dynamodb.ts';
import { Ec2 } from '../services/ec2.ts';
import { ElasticLoadBalancing } from '../services/elastic-load-balancing.ts';
import { EventBridge } from '../services/eventbridge.ts';
import { Iam } from '../services/iam.ts';
import { Kms } from '../services/kms.ts';
import { Lambda } from '../services/lambda.ts';
import { Logs } from '../services/logs.ts';
import { Rds } from '../services/rds.ts';
import { S3 } from '../services/s3.ts';
import { SavingsPlans } from '../services/savings-plans.ts';
import { Scheduler } from '../services/scheduler.ts';
import { SecretsManager } from '../services/secrets-manager.ts';
import { ServiceQuotas } from '../services/service-quotas.ts';
import { Sns } from '../services/sns.ts';
import { Ssm } from '../services/ssm.ts';
import { StepFunctions } from '../services/step-functions.ts';
import { CallLog, type CallRequest } from './calls.ts';
import type { VirtualClock } from './clock.ts';
import { dispatch } from './dispatch.ts';
import { type FaultPlan, noFaults } from './faults.ts';
import { RandomStreams } from './random.ts';
import { DatabaseServers } from '../physics/database.ts';
import { Shop } from '../physics/shop.ts';
import type { AwsService } from './service.ts';

export interface AccountOptions {
  readonly clock: VirtualClock;
  /** @default 1 */
  readonly seed?: number;
  /** @default 'eu-west-3' */
  readonly region?: string;
  /** @default no faults */
  readonly faults?: FaultPlan;
}

/** Something that happened in the account and that a person would want on a timeline. */
export interface Occurrence {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `<service>.<what>`, for example `auto-scaling.instance-launched`. */
  readonly kind: string;
  readonly text: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * An AWS account in one process, one Region: of others there are only the event buses. Services hold their state;
 * everything that calls one goes through {@link Account.call}, the only path there is.
 */
export class Account {
  readonly id = '123456789012';
  readonly partition = 'aws';
  readonly region: string;
  readonly clock: VirtualClock;
  readonly random: RandomStreams;
  readonly calls = new CallLog();
  readonly occurrences: Occurrence[] = [];
  /** Replaced when a scenario switches faults on or off. */
  faults: FaultPlan;
  /** Where the story stands, as the scenario names it; part of a call's position in a fault sweep. */
  phase = 'deployment';

  readonly accessAnalyzer: AccessAnalyzer;
  readonly autoScaling: AutoScaling;
  readonly budgets: Budgets;
  readonly cloudFormation: CloudFormation;
  readonly cloudTrail: CloudTrail;
  readonly cloudWatch: CloudWatch;
  readonly costExplorer: CostExplorer;
  readonly dynamoDb: DynamoDb;
  readonly ec2: Ec2;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  readonly eventBridge: EventBridge;
  readonly iam: Iam;
  readonly kms: Kms;
  readonly lambda: Lambda;
  readonly logs: Logs;
  readonly rds: Rds;
  readonly s3: S3;
  readonly savingsPlans: SavingsPlans;
  readonly scheduler: Scheduler;
  readonly secretsManager: SecretsManager;
  readonly serviceQuotas: ServiceQuotas;
  readonly sns: Sns;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
  /** The shop itself: who visits it, and what its instances can serve. */
  readonly shop: Shop;
  /** The servers behind the instances of RDS: what drivers connect to. */
  readonly databaseServers: DatabaseServers;

  readonly #bySdkId = new Map<string, AwsService>();
  readonly #byStatesName = new Map<string, AwsService>();

  constructor(options: AccountOptions) {
    this.clock = options.clock;
    this.region = options.region ?? 'eu-west-3';
    this.random = new RandomStreams(options.seed ?? 1);
    this.faults = options.faults ?? noFaults;
    this.accessAnalyzer = new AccessAnalyzer(this);
    this.autoScaling = new AutoScaling(this);
    this.budgets = new Budgets(this);
    this.cloudFormation = new CloudFormation(this);
    this.cloudTrail = new CloudTrail(this);
    this.cloudWatch = new CloudWatch(this);
    this.costExplorer = new CostExplorer(this);
    this.dynamoDb = new DynamoDb(this);
    this.ec2 = new Ec2(this);
    this.elasticLoadBalancing = new ElasticLoadBalancing(this);
    this.eventBridge = new EventBridge(this);
    this.iam = new Iam(this);
    this.kms = new Kms(this);
    this.lambda = new Lambda(this);
    this.logs = new Logs(this);
    this.rds = new Rds(this);
    this.s3 = new S3(this);
    this.savingsPlans = new SavingsPlans(this);
    this.scheduler = new Scheduler(this);
    this.secretsManager = new SecretsManager(this);
    this.serviceQuotas = new ServiceQuotas(this);
    this.sns = new Sns(this);
    this.ssm = new Ssm(this);
    this.stepFunctions = new StepFunctions(this);
    this.shop = new Shop(this);
    this.databaseServers = new DatabaseServers(this);
    for (const service of this.services) {
      this.#bySdkId.set(service.sdkId, service);
      this.#byStatesName.set(service.statesName, service);
    }
  }

  get services(): readonly AwsService[] {
    return [
      this.accessAnalyzer, this.autoScaling, this.budgets, this.cloudFormation, this.cloudTrail, this.cloudWatch,
      this.costExplorer, this.dynamoDb, this.ec2, this.elasticLoadBalancing, this.eventBridge, this.iam, this.kms,
      this.lambda, this.logs, this.rds, this.s3, this.savingsPlans, this.scheduler, this.secretsManager,
      this.serviceQuotas, this.sns, this.ssm, this.stepFunctions,
    ];
  }

  /** `serviceId` of an SDK client → the service, or undefined where it is not modelled. */
  serviceBySdkId(sdkId: string): AwsService | undefined {
    return this.#bySdkId.get(sdkId);
  }

  /** Name in `aws-sdk:<name>:…` of Step Functions → the service. */
  serviceByStatesName(name: string): AwsService | undefined {
    return this.#byStatesName.get(name);
  }

  /** Authorise, inject, execute, record. Throws `AwsError` as the service would answer. */
  call(request: CallRequest): Promise<unknown> {
    return dispatch(this, request);
  }

  note(kind: string, text: string, detail: Readonly<Record<string, unknown>> = {}): void {
    this.occurrences.push({ at: this.clock.now(), kind, text, detail });
  }

  /** An ARN of this account and Region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.id}:${resource}`;
  }
}
