import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArnFormat, type CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Effect, type IManagedPolicy, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { requireFittingEnvironment } from '../environment-size.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';

const projectFolder = fileURLToPath(new URL('../../', import.meta.url));

export interface OrchestratorFunctionProps {
  /** Source file of the handler, from the project's folder: `functions/capacity/plan-sale.ts`. */
  readonly entry: string;
  readonly description: string;
  /** Environment variables, as the handler's schema names them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  /** @default 60 seconds */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memoryMegabytes?: number;
  /** Where it stands, if it has to reach what no public address reaches: the private subnets, with a group of its own. @default outside of any VPC */
  readonly network?: FunctionNetwork;
  /** What the handler may do, beside writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  /** Path of its role, by which policies can name a kind of role. @default '/' */
  readonly rolePath?: string;
  /** The most that its role can ever do. @default none */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Whether the operator's role may invoke it, as people do by the command line. @default false */
  readonly isForOperators?: boolean;
}

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
}

/** Of the calls by which Lambda puts a function into a VPC, those that know no resource. */
const networkReads = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

const networkWrites = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'];

/** A Lambda function of the orchestrator: bundled, with a role and a log group of its own, and nothing granted by default. */
export class OrchestratorFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly isForOperators: boolean;

  constructor(scope: Construct, id: string, props: OrchestratorFunctionProps) {
    super(scope, id);
    this.isForOperators = props.isForOperators ?? false;
    const environment = { POWERTOOLS_SERVICE_NAME: 'webmarket-operations', ...props.environment };
    requireFittingEnvironment(this.node.path, environment);
    const logGroup = new LogGroup(this, 'Log', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
    // Not AWSLambdaBasicExecutionRole: it may create log groups and write to every log of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.rolePath === undefined ? {} : { path: props.rolePath }),
      ...(props.permissionsBoundary === undefined ? {} : { permissionsBoundary: props.permissionsBoundary }),
    });
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteOwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (props.network !== undefined) this.#letLambdaConnect();
    for (const permission of props.permissions) this.role.addToPolicy(permission);
    this.function = new NodejsFunction(this, 'Function', {
      entry: `${projectFolder}${props.entry}`,
      projectRoot: projectFolder,
      depsLockFilePath: `${projectFolder}package-lock.json`,
      description: props.description,
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMegabytes ?? 512,
      timeout: props.timeout ?? Duration.seconds(60),
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      ...(props.network === undefined
        ? {}
        : {
            vpc: props.network.vpc,
            vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
            securityGroups: [props.network.securityGroup],
          }),
      environment,
      // Handlers say in `environment` all that they need; keep-alive is the SDK's default since version 3.
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        keepNames: true,
        mainFields: ['module', 'main'],
        externalModules: [],
        // Some dependencies are CommonJS and call `require` for Node's own modules.
        banner: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    });
    // Says which source was bundled: a rehearsal runs that source in place of the bundle.
    (this.function.node.defaultChild as CfnResource).addMetadata(
      'webmarket:entry',
      relative(projectFolder, `${projectFolder}${props.entry}`),
    );
    if (props.network !== undefined) this.#keepCodeFromNetwork();
  }

  /**
   * Lambda makes the interfaces of a function by the function's own role. Source: Lambda developer guide, "Giving Lambda
   * functions access to resources in an Amazon VPC".
   */
  #letLambdaConnect(): void {
    const anything = Stack.of(this).formatArn({ service: 'ec2', resource: '*', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    this.role.addToPolicy(new PolicyStatement({ sid: 'LookForInterfaces', actions: networkReads, resources: ['*'] }));
    this.role.addToPolicy(new PolicyStatement({ sid: 'KeepInterfaces', actions: networkWrites, resources: [anything] }));
    acknowledgeWildcard(this.role, anything, 'Lambda asks for it so: it takes no interface that is not its own, and the code of the function is denied all of it.');
  }

  /**
   * What Lambda may do by the role, the code may not: the same guide gives this denial. A policy of its own, since the one
   * of the role has to stand before the function, and this one names it.
   */
  #keepCodeFromNetwork(): void {
    new Policy(this, 'NotByCode', {
      roles: [this.role],
      statements: [
        new PolicyStatement({
          sid: 'NeverByTheCode',
          effect: Effect.DENY,
          actions: [...networkReads, ...networkWrites, 'ec2:DetachNetworkInterface'],
          resources: ['*'],
          conditions: { ArnEquals: { 'lambda:SourceFunctionArn': this.function.functionArn } },
        }),
      ],
    });
  }
}
