import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import type { AuditTrail } from '../constructs/audit-trail.ts';
import type { LedgerTable } from '../constructs/ledger-table.ts';
import { OrchestratorFunction } from '../constructs/orchestrator-function.ts';
import { TeamPermissionSets } from '../constructs/team-permissions.ts';
import { TeamRole } from '../constructs/team-role.ts';
import { Workflow } from '../constructs/workflow.ts';
import { titleCase } from '../title-case.ts';

export interface IdentityStackProps extends StackProps {
  readonly environment: string;
  readonly ledger: LedgerTable;
  readonly evidence: IBucket;
  /** Below it stand the workflows that operators start, and the functions that say that they are for operators. */
  readonly orchestrator: IConstruct;
  /** Buckets of the shop, whose objects are nobody's business here. */
  readonly customerBuckets: readonly IBucket[];
  /** Buckets whose lifecycle rules the orchestrator keeps. */
  readonly lifecycleBuckets: readonly IBucket[];
  readonly trail: AuditTrail;
}

/**
 * The roles of the people: read-only, operator, security auditor. Roles of machines stand beside the machines, whose
 * resources their policies name; the instances' role among them, for the database that it connects to and the launch
 * template that needs it would make the two stacks depend on each other.
 */
export class IdentityStack extends Stack {
  readonly readOnly: TeamRole;
  readonly operator: TeamRole;
  readonly securityAuditor: TeamRole;

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const parts = props.orchestrator.node.findAll();
    const may = new TeamPermissionSets(this, {
      ...props,
      workflows: parts.filter((part) => part instanceof Workflow),
      functions: parts.filter((part) => part instanceof OrchestratorFunction).filter(({ isForOperators }) => isForOperators),
    });
    const denials = new ManagedPolicy(this, 'Denials', {
      description: 'What nobody of the team can do, whatever else is attached to their roles.',
      statements: may.denials(),
    });
    const roleName = (purpose: string): string => `WebMarket-${titleCase(props.environment)}-${purpose}`;
    this.readOnly = new TeamRole(this, 'ReadOnly', {
      roleName: roleName('ReadOnly'),
      description: 'Sees what the shop and its operations consist of, and what they did. Writes nothing.',
      permissions: may.readOnly(),
      denials,
    });
    this.operator = new TeamRole(this, 'Operator', {
      roleName: roleName('Operator'),
      description: 'Starts, stops and approves workflows. Writes to the infrastructure only through them.',
      permissions: may.operator(),
      denials,
    });
    this.securityAuditor = new TeamRole(this, 'SecurityAuditor', {
      roleName: roleName('SecurityAuditor'),
      description: 'Reads who may do what, who did what, what lets traffic in, and the evidence. Writes nothing.',
      permissions: may.securityAuditor(),
      denials,
    });
    for (const [name, { role }] of Object.entries({ ReadOnly: this.readOnly, Operator: this.operator, SecurityAuditor: this.securityAuditor })) {
      new CfnOutput(this, `${name}RoleArn`, { value: role.roleArn });
    }
  }
}
