import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

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
  /** What the handler may do, beside writing its own log. */
  readonly permissions: readonly PolicyStatement[];
  /** Path of its role, by which policies can name a kind of role. @default '/' */
  readonly rolePath?: string;
  /** The most that its role can ever do. @default none */
  readonly permissionsBoundary?: IManagedPolicy;
  /** Whether the operator's role may invoke it, as people do by the command line. @default false */
  readonly isForOperators?: boolean;
}

/** A Lambda function of the orchestrator: bundled, with a role and a log group of its own, and nothing granted by default. */
export class OrchestratorFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly isForOperators: boolean;

  constructor(scope: Construct, id: string, props: OrchestratorFunctionProps) {
    super(scope, id);
    this.isForOperators = props.isForOperators ?? false;
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
    for (const permission of props.permissions) this.role.addToPolicy(permission);
    this.function = new NodejsFunction(this, 'Function', {
      entry: `${projectFolder}${props.entry}`,
      projectRoot: projectFolder,
      depsLockFilePath: `${projectFolder}package-lock.json`,
      description: props.description,
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: props.timeout ?? Duration.seconds(60),
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      environment: { POWERTOOLS_SERVICE_NAME: 'webmarket-operations', ...props.environment },
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
  }
}
