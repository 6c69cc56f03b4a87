import { Duration, TimeZone } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { PriceTable } from '../../functions/platform/prices.ts';
import type { EnvironmentConfig } from '../config.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { Orchestration, type OrchestrationProps } from './orchestration.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import { ReservationPermissions, type ReservationResources } from './reservation-permissions.ts';
import type { Workflow } from './workflow.ts';

export interface ReservationOrchestrationProps extends ReservationResources, OrchestrationProps {
  readonly autoScalingGroup: AutoScalingGroup;
  /** The group's first choice of instance type: what would be reserved. */
  readonly instanceType: string;
  readonly data: Pick<EnvironmentConfig['data'], 'engine' | 'instanceClass'>;
  readonly settings: EnvironmentConfig['reservations'];
  /** How long capacity still descends after a lease, in minutes: those hours are no ordinary ones either. */
  readonly descentMinutes: number;
  readonly prices: Pick<PriceTable, 'instances' | 'databases' | 'commitments'>;
}

/** What each function reads of its environment; a test loads every bundle and finds what is missing. */
const variablesOf = {
  ObserveUsage: ['LEDGER_TABLE', 'GROUP_NAME', 'DATABASE_ID', 'RESERVATION_SETTINGS', 'DESCENT_MINUTES'],
  ReadCommitments: [],
  ReportAdvice: ['LEDGER_TABLE', 'EVIDENCE_BUCKET', 'TOPIC_ARN', 'INSTANCE_TYPE', 'RESERVATION_SETTINGS', 'ADVICE_PRICES'],
} as const;

/** Which commitments would have paid, once a month. It may read what is committed, and is denied to commit to anything. */
export class ReservationOrchestration extends Orchestration<typeof variablesOf> {
  readonly reservationAdvice: Workflow;
  readonly #props: ReservationOrchestrationProps;
  readonly #may: ReservationPermissions;

  constructor(scope: Construct, id: string, props: ReservationOrchestrationProps) {
    super(scope, id, props, { folder: 'reservations', variablesOf });
    this.#props = props;
    this.#may = new ReservationPermissions(props);
    this.reservationAdvice = this.#createReservationAdvice();
    new Schedule(this, 'EveryMonth', {
      description: 'Says how long the shop was observed, and from then on which commitments would have paid.',
      schedule: ScheduleExpression.cron({ day: '1', hour: '7', minute: '0', timeZone: TimeZone.EUROPE_PARIS }),
      target: new StepFunctionsStartExecution(this.reservationAdvice.stateMachine, { maxEventAge: Duration.hours(24), retryAttempts: 40 }),
    });
  }

  #createReservationAdvice(): Workflow {
    const may = this.#may;
    const read = this.createFunction('ReadCommitments', 'Reads what is committed already, and what AWS itself would advise.', may.readCommitments());
    acknowledgeWildcard(read, may.databaseReservationsArn, 'Reading only: reservations are named when somebody buys them.');
    acknowledgeWildcard(read, may.savingsPlansArn, 'Reading only: savings plans get their ids when somebody buys them.');
    const report = this.createFunction('ReportAdvice', 'Weighs the commitments that could be made, and writes and tells the advice.', [
      may.getAndPutInLedger(), may.writeEvidence(), may.readEvidence(), may.tell(),
    ]);
    acknowledgeWildcard(report, may.evidenceArn, 'Evidence is named by the advice; nothing else stands under this prefix.');
    return this.createWorkflow('ReservationAdvice', {
      ObserveUsage: this.createFunction('ObserveUsage', 'Says what the shop used in ordinary hours, for as long as anything is known of it.', [
        may.observeGroup(), may.observeDatabase(), may.listLedger(),
      ]),
      ReadCommitments: read,
      ReportAdvice: report,
    });
  }

  /** Whatever a function of this capability is given, it is denied to buy. */
  protected override createFunction(id: keyof typeof variablesOf, description: string, permissions: readonly PolicyStatement[]): OrchestratorFunction {
    return super.createFunction(id, description, [...permissions, this.#may.neverPurchase()]);
  }

  protected override variables() {
    const props = this.#props;
    return {
      ...this.sharedVariables(),
      GROUP_NAME: () => props.autoScalingGroup.autoScalingGroupName,
      INSTANCE_TYPE: () => props.instanceType,
      DATABASE_ID: () => props.database.instanceIdentifier,
      DESCENT_MINUTES: () => String(props.descentMinutes),
      RESERVATION_SETTINGS: () => JSON.stringify(props.settings),
      ADVICE_PRICES: () => JSON.stringify(this.#prices()),
    };
  }

  /** Only the offers that are about what the shop runs on: all of them do not fit into the variables of a function. */
  #prices(): Pick<PriceTable, 'instances' | 'databases' | 'commitments'> {
    const { instanceType, data, prices } = this.#props;
    const { instances, databases, commitments } = prices;
    const isOurs = (offer: (typeof commitments.offers)[number]): boolean =>
      offer.for === instanceType || (offer.for === data.instanceClass && (offer.engine === undefined || offer.engine === data.engine));
    return { instances, databases, commitments: { ...commitments, offers: commitments.offers.filter(isOurs) } };
  }
}
