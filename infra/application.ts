import { readFileSync } from 'node:fs';
import { App, CrossStackReferences, ReferenceStrength, Tags, type AppProps, type StackProps } from 'aws-cdk-lib';
import { loadConfig, type EnvironmentConfig } from './config.ts';
import { loadPrices } from './prices.ts';
import { databasePort } from './constructs/shop-database.ts';
import { DataStack } from './stacks/data-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

export interface ApplicationOptions {
  /** @default - the file named after `environment` */
  readonly config?: EnvironmentConfig;
  /** @default - context `environment`, or `production` */
  readonly environment?: string;
  /** Where the cloud assembly is written. @default - what the CDK command says, or a temporary folder */
  readonly outdir?: string;
  /** Context besides that of cdk.json, such as `{ 'aws:cdk:bundling-stacks': [] }` to skip bundling. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** The app with its stacks at hand, so that tests and the rehearsal need not search for them by name. */
export class WebMarketApp extends App {
  readonly config: EnvironmentConfig;
  readonly network: NetworkStack;
  readonly data: DataStack;
  readonly web: WebStack;
  readonly operations: OperationsStack;

  constructor(props: AppProps, options: ApplicationOptions) {
    super(props);
    const asked: unknown = options.environment ?? this.node.tryGetContext('environment') ?? 'production';
    this.config = options.config ?? loadConfig(String(asked));
    const { environment, network, web, capacity, data, notifications, operations } = this.config;
    // An export that is in use cannot be deleted: here every reference is one that must not dangle. See ADR 0010.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);

    const stackProps = (purpose: string): StackProps => ({
      stackName: `WebMarket-${titleCase(environment)}-${purpose}`,
      description: `WebMarket+ ${environment}: ${purpose.toLowerCase()}`,
      env: {
        region: this.config.region,
        ...(this.config.account === undefined ? {} : { account: this.config.account }),
      },
      // CloudFormation puts these on whatever can carry tags, also where CDK knows no tags.
      tags: { Application: 'WebMarket', Environment: environment },
      terminationProtection: true,
    });
    this.network = new NetworkStack(this, 'Network', {
      ...stackProps('Network'),
      network,
      applicationPort: web.applicationPort,
      databasePort: databasePort(data.engine),
    });
    this.data = new DataStack(this, 'Data', {
      ...stackProps('Data'),
      vpc: this.network.vpc,
      databaseSecurityGroup: this.network.databaseSecurityGroup,
      databaseIdentifier: `webmarket-${environment}`,
      data,
      logRetentionDays: operations.logRetentionDays,
    });
    this.web = new WebStack(this, 'Web', {
      ...stackProps('Web'),
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
    // The orchestrator is given constructs of the three above, and none of them knows it.
    this.operations = new OperationsStack(this, 'Operations', {
      ...stackProps('Operations'),
      autoScalingGroup: this.web.autoScalingGroup,
      targetGroup: this.web.targetGroup,
      loadBalancer: this.web.loadBalancer,
      accessLogsBucket: this.data.accessLogsBucket,
      capacity,
      instanceType: web.instanceType,
      prices: loadPrices(),
      emails: notifications.emails,
      logRetentionDays: operations.logRetentionDays,
    });

    Tags.of(this).add('Application', 'WebMarket');
    Tags.of(this).add('Environment', environment);
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

function titleCase(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
