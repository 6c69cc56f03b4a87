import { ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { dashedCase } from '../dashed-case.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { OrchestratorFunction, type OrchestratorFunctionProps } from './orchestrator-function.ts';
import type { OrchestratorPermissions, OrchestratorResources } from './orchestrator-permissions.ts';
import { Workflow, type WorkflowProps } from './workflow.ts';

export interface OrchestrationProps extends OrchestratorResources {
  readonly logRetention: RetentionDays;
}

/** The names of environment variables, by the function that reads them. */
type Reads = Readonly<Record<string, readonly string[]>>;
type VariableOf<Functions extends Reads> = Functions[keyof Functions][number];

interface Sources<Functions extends Reads> {
  /** Folder of the handlers, in `functions/`. */
  readonly folder: string;
  /** What each function reads of its environment; a test loads every bundle and finds what is missing. */
  readonly variablesOf: Readonly<Record<keyof Functions, readonly VariableOf<Functions>[]>>;
}

/** The functions and workflows of one capability. Their sources are named as they are, with dashes: `PlanSale` is `plan-sale.ts`. */
export abstract class Orchestration<Functions extends Reads> extends Construct {
  readonly #props: OrchestrationProps;
  readonly #sources: Sources<Functions>;

  constructor(scope: Construct, id: string, props: OrchestrationProps, sources: Sources<Functions>) {
    super(scope, id);
    this.#props = props;
    this.#sources = sources;
  }

  /** The value of each variable, asked for when a function reads it: some are of constructs that come after other functions. */
  protected abstract variables(): Readonly<Record<VariableOf<Functions>, () => string>>;

  /** Those of every capability. */
  protected sharedVariables() {
    const { ledger, evidence, topic } = this.#props;
    return {
      LEDGER_TABLE: () => ledger.table.tableName,
      EVIDENCE_BUCKET: () => evidence.bucketName,
      TOPIC_ARN: () => topic.topicArn,
    };
  }

  protected createFunction(
    id: keyof Functions & string,
    description: string,
    permissions: readonly PolicyStatement[],
    more: Omit<OrchestratorFunctionProps, 'entry' | 'description' | 'permissions' | 'logRetention' | 'environment'> = {},
  ): OrchestratorFunction {
    const { folder, variablesOf } = this.#sources;
    const variables = this.variables();
    return new OrchestratorFunction(this, id, {
      entry: `functions/${folder}/${dashedCase(id)}.ts`,
      description,
      permissions,
      logRetention: this.#props.logRetention,
      ...more,
      environment: Object.fromEntries(variablesOf[id].map((name) => [name, variables[name]()])),
    });
  }

  protected createWorkflow(
    id: string,
    functions: WorkflowProps['functions'],
    more: Pick<WorkflowProps, 'starts' | 'waitsFor' | 'permissions'> = {},
  ): Workflow {
    const { topic, logRetention } = this.#props;
    return new Workflow(this, id, { definition: dashedCase(id), functions, topic, logRetention, ...more });
  }

  /** The most that a function can ever do, whatever is attached to its role. */
  protected createBoundary(id: string, description: string, statements: PolicyStatement[], { logGroupsArn }: OrchestratorPermissions): ManagedPolicy {
    const boundary = new ManagedPolicy(this, id, { description, statements });
    acknowledgeWildcard(boundary, logGroupsArn, 'A boundary grants nothing: the role itself writes to the one log of its function.');
    return boundary;
  }
}
