import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { type Writer, writers } from '../../functions/compliance/repair.ts';
import type { EnvironmentConfig } from '../config.ts';
import { iamChangePattern } from '../iam-change-events.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { CompliancePermissions, type ComplianceResources, writersPath } from './compliance-permissions.ts';
import { OnDeployment } from './on-deployment.ts';
import { Orchestration, type OrchestrationProps } from './orchestration.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import { resumeWorkflows } from './resume-workflows.ts';
import { SilenceAlarm } from './silence-alarm.ts';
import type { Workflow } from './workflow.ts';

export interface ComplianceOrchestrationProps extends ComplianceResources, OrchestrationProps {
  readonly targetGroup: ApplicationTargetGroup;
  readonly settings: EnvironmentConfig['compliance'];
  /** Names of the alarms that the audit stack raises on changes; that stack stands on this one. */
  readonly alarmNames: { readonly groupChanges: string; readonly iamChanges: string };
}

/** What each function reads of its environment; a test loads every bundle and finds what is missing. */
const place = ['ENVIRONMENT', 'ACCOUNT_ID', 'PARTITION'] as const;
const ledger = ['LEDGER_TABLE'] as const;
const variablesOf = {
  LoadExceptions: ['LEDGER_TABLE', 'ENVIRONMENT'],
  RequestRoleAccess: [...place],
  ReadAccount: [...place, 'EVIDENCE_BUCKET'],
  AssessAccount: ['LEDGER_TABLE', 'EVIDENCE_BUCKET', 'ENVIRONMENT', 'COMPLIANCE_SETTINGS'],
  AssessDrift: [...place, 'LEDGER_TABLE', 'TOPIC_ARN', 'WRITER_ROLES', 'GROUP_CHANGES_ALARM', 'IAM_CHANGES_ALARM', 'COMPLIANCE_SETTINGS'],
  CheckRepair: [...place, 'LEDGER_TABLE', 'TARGET_GROUP_ARN', 'LOAD_BALANCER_FULL_NAME', 'COMPLIANCE_SETTINGS'],
  RequestApproval: ['LEDGER_TABLE', 'TOPIC_ARN', 'COMPLIANCE_SETTINGS'],
  AnswerApproval: ledger,
  CheckHealth: ['LEDGER_TABLE', 'TARGET_GROUP_ARN', 'LOAD_BALANCER_FULL_NAME', 'COMPLIANCE_SETTINGS'],
  VerifyRepair: [...place, 'LEDGER_TABLE', 'COMPLIANCE_SETTINGS'],
  CloseRepair: ['LEDGER_TABLE', 'EVIDENCE_BUCKET', 'TOPIC_ARN'],
  ReportCompliance: [...place, 'LEDGER_TABLE', 'EVIDENCE_BUCKET', 'TOPIC_ARN'],
  RepairGroupRules: ledger,
  RepairMemberships: ledger,
  RepairPrefixLists: ledger,
  RepairNetworkAcls: ledger,
  RepairRolePolicies: ledger,
  RepairUserAccess: ledger,
  RepairPasswordPolicy: ledger,
  RepairInstanceProfiles: ledger,
} as const;

/** Calls that change who may reach what. Those that failed are left out: they changed nothing. */
const networkCalls = [
  'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules', 'CreateSecurityGroup', 'ModifyNetworkInterfaceAttribute', 'ModifyInstanceAttribute',
  'ModifyManagedPrefixList', 'CreateNetworkAclEntry', 'ReplaceNetworkAclEntry', 'AssociateIamInstanceProfile',
  'ReplaceIamInstanceProfileAssociation', 'DisassociateIamInstanceProfile', 'SetSecurityGroups', 'ModifyDBInstance',
];

/** Drift: found within seconds of a change, proved every night, repaired where that is wanted and safe. */
export class ComplianceOrchestration extends Orchestration<typeof variablesOf> {
  readonly nightly: Workflow;
  readonly driftRemediation: Workflow;
  readonly resourceRepair: Workflow;
  readonly answerApproval: OrchestratorFunction;
  readonly #props: ComplianceOrchestrationProps;
  readonly #may: CompliancePermissions;
  readonly #writers: Readonly<Record<Writer, OrchestratorFunction>>;

  constructor(scope: Construct, id: string, props: ComplianceOrchestrationProps) {
    super(scope, id, props, { folder: 'compliance', variablesOf });
    this.#props = props;
    this.#may = new CompliancePermissions(props);
    this.#writers = this.#createWriters();
    this.resourceRepair = this.#createResourceRepair();
    this.answerApproval = this.#createAnswerApproval();
    this.driftRemediation = this.#createDriftRemediation();
    const loadExceptions = this.#createLoadExceptions();
    this.nightly = this.#createNightly(loadExceptions);
    this.#onChanges();
    // Exceptions count from their deployment on; the nightly run loads them once more.
    new OnDeployment(this, 'OnDeployment', { description: 'The exceptions may have changed.', starts: loadExceptions });
    this.#everyNight();
  }

  /** One function with one role a kind of write. */
  #createWriters(): Readonly<Record<Writer, OrchestratorFunction>> {
    const may = this.#may;
    const permissionsBoundary = new ManagedPolicy(this, 'WriterBoundary', {
      description: 'The most that a function which repairs drift can ever do.',
      statements: may.boundary(),
    });
    const names = Object.keys(writers) as Writer[];
    const entries = names.map((writer): [Writer, OrchestratorFunction] => {
      const created = this.createFunction(
        `Repair${writer}`,
        `Writes, and undoes, ${writers[writer].join(', ')}: what was planned and cleared, and nothing else.`,
        [...may.write(writer), may.getAndPutInLedger(), may.lock(), may.denyOnWriters()],
        { rolePath: writersPath, permissionsBoundary },
      );
      for (const { arn, reason } of may.wildcards(writer)) acknowledgeWildcard(created, arn, reason);
      return [writer, created];
    });
    return Object.fromEntries(entries) as Record<Writer, OrchestratorFunction>;
  }

  #createAnswerApproval(): OrchestratorFunction {
    const may = this.#may;
    return this.createFunction(
      'AnswerApproval',
      'Takes the answer of a person to a repair that was asked for.',
      [may.getAndPutInLedger(), may.listLedger(), resumeWorkflows()],
      { isForOperators: true },
    );
  }

  #createResourceRepair(): Workflow {
    const may = this.#may;
    const check = this.createFunction('CheckRepair', 'The last look at a resource before a write.', [
      may.getAndPutInLedger(), may.listLedger(), may.observeShop(), may.observeStacks(), ...may.inspect(),
    ]);
    acknowledgeWildcard(check, may.stacksArn, 'A stack gets an id when it is created; the name before it is of this environment.');
    const close = this.createFunction('CloseRepair', 'Ends a repair: evidence, message, metric, record.', [
      may.getAndPutInLedger(), may.writeEvidence(), may.tell(), may.measure(),
    ]);
    acknowledgeWildcard(close, may.evidenceArn, 'Evidence is named by the repair; nothing else stands under this prefix.');
    const verify = this.createFunction('VerifyRepair', 'Looks at a resource again after the write.', [
      may.getFromLedger(), may.listLedger(), ...may.inspect(),
    ]);
    for (const reader of [check, verify]) this.#acknowledgeInspection(reader);
    return this.createWorkflow('ResourceRepair', {
      CheckRepair: check,
      RequestApproval: this.createFunction('RequestApproval', 'Asks a person for a repair.', [may.getAndPutInLedger(), may.tell(), resumeWorkflows()]),
      CheckHealth: this.createFunction('CheckHealth', 'Compares the health of the shop with that before a write.', [
        may.getFromLedger(), may.observeShop(),
      ]),
      VerifyRepair: verify,
      CloseRepair: close,
      ...Object.fromEntries(Object.entries(this.#writers).map(([writer, created]) => [`Repair${writer}`, created])),
    });
  }

  #createDriftRemediation(): Workflow {
    const may = this.#may;
    const assess = this.createFunction('AssessDrift', 'Looks at what changed, and opens the repairs that are due.', [
      may.getAndPutInLedger(), may.listLedger(), may.tell(), may.inspectManyRoles(), ...may.inspect(),
    ]);
    this.#acknowledgeInspection(assess);
    return this.createWorkflow('DriftRemediation', { AssessDrift: assess }, { starts: { ResourceRepair: this.resourceRepair } });
  }

  #createLoadExceptions(): OrchestratorFunction {
    const may = this.#may;
    const load = this.createFunction('LoadExceptions', 'Brings the exceptions of the configuration into the ledger.', [
      may.listLedger(), may.getAndPutInLedger(), may.removeFromLedger(), may.readParameters('exceptions'),
    ]);
    acknowledgeWildcard(load, may.parametersArn('exceptions'), 'Every part of the list is read, however many there are.');
    return load;
  }

  #createNightly(loadExceptions: OrchestratorFunction): Workflow {
    const may = this.#may;
    const timeout = { timeout: Duration.minutes(5) };
    const read = this.createFunction('ReadAccount', 'Reads security groups and IAM of the whole account.', [
      ...may.survey(), may.writeEvidence(),
    ], timeout);
    const request = this.createFunction('RequestRoleAccess', 'Asks IAM what the roles of the app used.', [
      may.requestRoleAccess(), may.readParameters('baseline'),
    ]);
    acknowledgeWildcard(request, may.rolesArn, 'The roles of the baseline stand in every stack, under names of CloudFormation.');
    for (const arn of [may.allListsArn, may.databasesArn, may.usersArn]) acknowledgeWildcard(read, arn, 'The whole account is read: nothing of it has a name in advance.');
    const assess = this.createFunction('AssessAccount', 'Runs every check over what was read, and opens the repairs that are due.', [
      may.listLedger(), may.getAndPutInLedger(), may.readEvidence(), may.writeEvidence(), may.readParameters('baseline'),
    ], timeout);
    const report = this.createFunction('ReportCompliance', 'Writes the report of a night, in every format, and tells what changed.', [
      may.listLedger(), may.getAndPutInLedger(), may.readEvidence(), may.writeEvidence(), may.tell(), may.measure(),
    ], timeout);
    for (const each of [read, assess, report]) {
      acknowledgeWildcard(each, may.evidenceArn, 'Evidence is named by the run; nothing else stands under this prefix.');
    }
    for (const each of [request, assess]) acknowledgeWildcard(each, may.parametersArn('baseline'), 'Every document of the baseline is read, one a resource.');
    return this.createWorkflow(
      'NightlyCompliance',
      { LoadExceptions: loadExceptions, RequestRoleAccess: request, ReadAccount: read, AssessAccount: assess, ReportCompliance: report },
      {
        starts: { ResourceRepair: this.resourceRepair },
        waitsFor: [this.resourceRepair],
        // The report is of the whole account: IAM knows no resource for it.
        permissions: [new PolicyStatement({ sid: 'RequestCredentialReport', actions: ['iam:GenerateCredentialReport'], resources: ['*'] })],
      },
    );
  }

  #acknowledgeInspection(reader: OrchestratorFunction): void {
    for (const { arn, reason } of this.#may.inspectionWildcards()) acknowledgeWildcard(reader, arn, reason);
  }

  #onChanges(): void {
    const record = RuleTargetInput.fromObject({ trigger: { kind: 'call', record: EventField.fromPath('$.detail') } });
    const target = (input: RuleTargetInput): SfnStateMachine =>
      new SfnStateMachine(this.driftRemediation.stateMachine, { role: this.driftRemediation.eventsRole, input, maxEventAge: Duration.hours(1), retryAttempts: 8 });
    new Rule(this, 'OnNetworkChange', {
      description: 'Somebody changed who may reach the shop. A lost event is made up for at night.',
      eventPattern: {
        source: ['aws.ec2', 'aws.elasticloadbalancing', 'aws.rds'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventName: networkCalls, errorCode: [{ exists: false }] },
      },
      targets: [target(record)],
    });
    new Rule(this, 'OnIdentityChange', {
      description: 'Somebody changed IAM; its events come from us-east-1.',
      eventPattern: iamChangePattern,
      targets: [target(record)],
    });
    new Rule(this, 'OnAuditAlarm', {
      description: 'Many changes, or an event that was lost: everything that is declared is looked at.',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Object.values(this.#props.alarmNames), state: { value: ['ALARM'] } },
      },
      targets: [
        target(
          RuleTargetInput.fromObject({
            trigger: { kind: 'alarm', alarmName: EventField.fromPath('$.detail.alarmName'), state: EventField.fromPath('$.detail.state.value') },
          }),
        ),
      ],
    });
  }

  #everyNight(): void {
    const schedule = (id: string, description: string, expression: ScheduleExpression): Schedule =>
      new Schedule(this, id, {
        description,
        schedule: expression,
        target: new StepFunctionsStartExecution(this.nightly.stateMachine, { maxEventAge: Duration.hours(3), retryAttempts: 10 }),
      });
    const timeZone = TimeZone.EUROPE_PARIS;
    schedule('EveryNight', 'Proves the whole account, whatever events were lost.', ScheduleExpression.cron({ hour: '2', minute: '0', timeZone }));
    // In the night when clocks go forward there is no 02:00 in Paris, and Scheduler leaves that run out.
    schedule(
      'NightOfSummerTime',
      'Stands in for 02:00 in the night that has none.',
      ScheduleExpression.cron({ hour: '3', minute: '0', month: '3', weekDay: '1L', timeZone }),
    );
    new SilenceAlarm(this, 'NightlySilent', {
      workflow: this.nightly,
      what: 'No nightly compliance run succeeded in the last day: nobody knows how the account stands.',
      runbook: 'alarms.md#the-nightly-run-is-silent',
      period: Duration.days(1),
      periods: 1,
      topic: this.#props.topic,
    });
  }

  protected override variables() {
    const props = this.#props;
    const stack = Stack.of(this);
    return {
      ...this.sharedVariables(),
      ENVIRONMENT: () => props.environment,
      ACCOUNT_ID: () => stack.account,
      PARTITION: () => stack.partition,
      TARGET_GROUP_ARN: () => props.targetGroup.targetGroupArn,
      LOAD_BALANCER_FULL_NAME: () => props.loadBalancer.loadBalancerFullName,
      GROUP_CHANGES_ALARM: () => props.alarmNames.groupChanges,
      IAM_CHANGES_ALARM: () => props.alarmNames.iamChanges,
      WRITER_ROLES: () => stack.toJsonString(Object.values(this.#writers).map(({ role }) => role.roleArn)),
      COMPLIANCE_SETTINGS: () => JSON.stringify(props.settings),
    };
  }
}
