import { readFileSync } from 'node:fs';
import { App, CrossStackReferences, ReferenceStrength, Tags, type AppProps, type StackProps } from 'aws-cdk-lib';
import type { Exception } from '../functions/compliance/exceptions.ts';
import { loadConfig, type EnvironmentConfig } from './config.ts';
import { loadExceptions } from './exceptions.ts';
import { loadPrices } from './prices.ts';
import { titleCase } from './title-case.ts';
import { PublishedBaseline } from './constructs/published-baseline.ts';
import { runbookUrlContext } from './constructs/operations-alarm.ts';
import { databasePort } from './constructs/shop-database.ts';
import { AuditStack } from './stacks/audit-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { GlobalEventsStack } from './stacks/global-events-stack.ts';
import { IdentityStack } from './stacks/identity-stack.ts';
import { MonitoringStack } from './stacks/monitoring-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

export interface ApplicationOptions {
  /** @default - the file named after `environment` */
  readonly config?: EnvironmentConfig;
  /** @default - those of config/exceptions.yaml */
  readonly exceptions?: readonly Exception[];
  /** @default - context `environment`, or `production` */
  readonly environment?: string;
  /** Where the cloud assembly is written. @default - what the CDK command says, or a temporary folder */
  readonly outdir?: string;
  /** Context besides that of cdk.json, such as `{ 'aws:cdk:bundling-stacks': [] }` to skip bundling. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Where the events of services without a Region arrive. */
const GLOBAL_REGION = 'us-east-1';

/** The app with its stacks at hand, so that tests and the rehearsal need not search for them by name. */
export class WebMarketApp extends App {
  readonly config: EnvironmentConfig;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly web: WebStack;
  readonly operations: OperationsStack;
  readonly audit: AuditStack;
  readonly identity: IdentityStack;
  readonly monitoring: MonitoringStack;
  readonly globalEvents: GlobalEventsStack;

  constructor(props: AppProps, options: ApplicationOptions) {
    super(props);
    const asked: unknown = options.environment ?? this.node.tryGetContext('environment') ?? 'production';
    this.config = options.config ?? loadConfig(String(asked));
    const { environment, network, web, capacity, data, operations } = this.config;
    // An export that is in use cannot be deleted: here every reference is one that must not dangle. See ADR 0010.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);
    this.node.setContext(runbookUrlContext, operations.runbookUrl);

    this.network = new NetworkStack(this, 'Network', {
      ...this.#stackProps('Network'),
      network,
      applicationPort: web.applicationPort,
      databasePort: databasePort(data.engine),
    });
    this.data = new DataStack(this, 'Data', {
      ...this.#stackProps('Data'),
      vpc: this.network.vpc,
      databaseSecurityGroup: this.network.databaseSecurityGroup,
      databaseIdentifier: `webmarket-${environment}`,
      data,
      logRetentionDays: operations.logRetentionDays,
    });
    this.web = new WebStack(this, 'Web', {
      ...this.#stackProps('Web'),
      vpc: this.network.vpc,
      loadBalancerSecurityGroup: this.network.loadBalancerSecurityGroup,
      applicationSecurityGroup: this.network.applicationSecurityGroup,
      web,
      capacity,
      buckets: [this.data.productImagesBucket, this.data.documentsBucket],
      accessLogsBucket: this.data.accessLogsBucket,
      database: this.data.database,
      databaseUser: data.applicationUser,
    });
    this.operations = this.#createOperations(options.exceptions ?? loadExceptions());
    this.audit = this.#createAudit();
    this.identity = this.#createIdentity();
    this.monitoring = this.#createMonitoring();
    this.globalEvents = new GlobalEventsStack(this, 'GlobalEvents', {
      ...this.#stackProps('GlobalEvents', GLOBAL_REGION),
      environment,
      homeRegion: this.config.region,
    });
    this.#publishBaseline();
    Tags.of(this).add('Application', 'WebMarket');
    Tags.of(this).add('Environment', environment);
  }

  #stackProps(purpose: string, region: string = this.config.region): StackProps {
    const { environment, account } = this.config;
    return {
      stackName: `WebMarket-${titleCase(environment)}-${purpose}`,
      description: `WebMarket+ ${environment}: ${purpose.toLowerCase()}`,
      env: { region, ...(account === undefined ? {} : { account }) },
      // CloudFormation puts these on whatever can carry tags, also where CDK knows no tags.
      tags: { Application: 'WebMarket', Environment: environment },
      terminationProtection: true,
    };
  }

  /** The orchestrator is given constructs of the three stacks of the shop, and none of them knows it. */
  #createOperations(exceptions: readonly Exception[]): OperationsStack {
    const { environment, web, capacity, data, compliance, drills, lifecycle, reservations, notifications, operations } = this.config;
    return new OperationsStack(this, 'Operations', {
      ...this.#stackProps('Operations'),
      environment,
      vpc: this.network.vpc,
      autoScalingGroup: this.web.autoScalingGroup,
      targetGroup: this.web.targetGroup,
      loadBalancer: this.web.loadBalancer,
      database: this.data.database,
      databaseKey: this.data.databaseKey,
      data,
      probeSecurityGroup: this.network.probeSecurityGroup,
      instanceRole: this.web.instanceRole,
      accessLogsBucket: this.data.accessLogsBucket,
      productImagesBucket: this.data.productImagesBucket,
      documentsBucket: this.data.documentsBucket,
      capacity,
      compliance,
      drills,
      lifecycle,
      reservations,
      exceptions,
      instanceType: web.instanceType,
      prices: loadPrices(),
      emails: notifications.emails,
      logRetentionDays: operations.logRetentionDays,
    });
  }

  /** Its alarms tell the orchestrator's topic, so it stands on it; the orchestrator knows them by their names only. */
  #createAudit(): AuditStack {
    return new AuditStack(this, 'Audit', {
      ...this.#stackProps('Audit'),
      environment: this.config.environment,
      accessLogsBucket: this.data.accessLogsBucket,
      topic: this.operations.topic,
      logRetentionDays: this.config.operations.logRetentionDays,
    });
  }

  #createIdentity(): IdentityStack {
    return new IdentityStack(this, 'Identity', {
      ...this.#stackProps('Identity'),
      environment: this.config.environment,
      ledger: this.operations.ledger,
      evidence: this.operations.evidence,
      orchestrator: this.operations,
      customerBuckets: [this.data.productImagesBucket, this.data.documentsBucket],
      lifecycleBuckets: [this.data.productImagesBucket, this.data.documentsBucket, this.data.accessLogsBucket, this.operations.evidence],
      trail: this.audit.trail,
    });
  }

  /** After whatever it shows, and nothing stands on it. It has no role and no group of its own to declare. */
  #createMonitoring(): MonitoringStack {
    const { environment, web, drills, cost, operations } = this.config;
    const { productImagesBucket, documentsBucket, accessLogsBucket } = this.data;
    return new MonitoringStack(this, 'Monitoring', {
      ...this.#stackProps('Monitoring'),
      environment,
      vpc: this.network.vpc,
      loadBalancer: this.web.loadBalancer,
      targetGroup: this.web.targetGroup,
      autoScalingGroup: this.web.autoScalingGroup,
      isBurstable: web.creditMode !== undefined,
      database: this.data.database,
      objectives: drills,
      watched: [this.operations, this.audit],
      buckets: {
        'product images': productImagesBucket,
        documents: documentsBucket,
        logs: accessLogsBucket,
        evidence: this.operations.evidence,
        'audit trail': this.audit.trail.bucket,
      },
      cost,
      topic: this.operations.topic,
      runbookUrl: operations.runbookUrl,
    });
  }

  /** Last: what is constructed after it is not declared. */
  #publishBaseline(): void {
    const { environment } = this.config;
    for (const stack of [this.network, this.data, this.web, this.operations, this.audit, this.identity]) {
      new PublishedBaseline(stack, 'Baseline', { environment });
    }
    // Parameters are read in the Region of the shop, and its role belongs to no Region.
    new PublishedBaseline(this.identity, 'GlobalBaseline', { environment, source: this.globalEvents });
  }
}

/**
 * The whole CDK app, for the CDK command, the tests and the rehearsal alike: the context of cdk.json is
 * always applied, so the templates are the same whoever asks for them.
 */
export function createApp(options: ApplicationOptions = {}): WebMarketApp {
  const props: AppProps = {
    context: { ...readProjectContext(), ...options.context },
    // Usage metadata is added by the CDK command only: with it, deployed and rehearsed templates would differ.
    analyticsReporting: false,
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  };
  return new WebMarketApp(props, options);
}

function readProjectContext(): Record<string, unknown> {
  const project: unknown = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  if (typeof project !== 'object' || project === null || !('context' in project)) return {};
  return { ...(project.context as Record<string, unknown>) };
}
