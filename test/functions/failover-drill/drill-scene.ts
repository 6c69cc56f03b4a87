import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { DBInstance, Event, PendingMaintenanceAction, RebootDBInstanceCommandInput } from '@aws-sdk/client-rds';
import { type Drill, drillLock, findDrill } from '../../../functions/failover-drill/drill-records.ts';
import type { DrillSettings } from '../../../functions/failover-drill/settings.ts';
import { Ledger, type LedgerRecord } from '../../../functions/platform/ledger.ts';
import type { AwsError } from '../../../simulator/kernel/aws-error.ts';
import { bucket, openSession, type Session, table, topicArn } from '../platform/session.ts';
import { settingsOf } from './facts.ts';

export const databaseId = 'shop';
export const lock = drillLock(databaseId);
export const ledger = new Ledger(table);

/** What AWS answers in a test, where the test wants another answer than that of a quiet shop. */
interface Answers {
  events: Event[];
  maintenance: PendingMaintenanceAction[];
  parameters: { ParameterName: string; ParameterValue?: string }[];
  alarms: MetricAlarm[];
  floor: number;
  healthy: number;
  unhealthy: number;
}

export interface DrillScene extends Session {
  /** As RDS describes it. */
  readonly database: DBInstance;
  readonly answers: Answers;
  /** Requests to force a failover that RDS was sent. */
  readonly reboots: RebootDBInstanceCommandInput[];
  /** What RDS answers to them; undefined: it takes them. */
  rebootError: AwsError | undefined;
  /** Tokens by which workflows were told to go on. */
  readonly resumed: string[];
  drill(drillId?: string): Promise<Drill>;
  /** Puts a drill into the ledger as it is given, whatever stood there. */
  put(drill: Drill): Promise<void>;
  putRecord(record: Pick<LedgerRecord, 'type' | 'id' | 'value'>): Promise<void>;
  wait(milliseconds: number): Promise<void>;
  /** ISO 8601, so many seconds after now. */
  at(seconds: number): string;
}

/**
 * A shop with a quiet database, as the functions of a drill see it. How RDS moves a database is not played: a test sets what
 * it shows, in whatever order it comes.
 */
export function openDrillScene(settings: Partial<DrillSettings> = {}): DrillScene {
  const session = openSession();
  session.environment = environmentOf(settings);
  const answers: Answers = { events: [], maintenance: [], parameters: [], alarms: [{ AlarmName: 'errors', StateValue: 'OK' }], floor: 2, healthy: 2, unhealthy: 0 };
  const scene: DrillScene = Object.assign(session, {
    database: describeDatabase(),
    answers,
    reboots: [],
    resumed: [],
    rebootError: undefined,
    drill: async (drillId = 'drill-1') => {
      const drill = await session.run(() => findDrill(ledger, drillId));
      if (drill === undefined) throw new Error(`There is no drill ${drillId}.`);
      return drill;
    },
    put: (drill: Drill) => scene.putRecord({ type: 'drill', id: drill.drillId, value: drill }),
    putRecord: async ({ type, id, value }: Pick<LedgerRecord, 'type' | 'id' | 'value'>) => {
      await session.run(async () => {
        const revision = ((await ledger.get(type, id))?.revision ?? 0) + 1;
        await ledger.write({ type, id, revision, value });
      });
    },
    wait: (milliseconds: number) => session.clock.runUntil(session.clock.now() + milliseconds),
    at: (seconds: number) => new Date(session.clock.now() + seconds * 1000).toISOString(),
  });
  answer(scene);
  return scene;
}

function environmentOf(settings: Partial<DrillSettings>): Readonly<Record<string, string>> {
  return {
    LEDGER_TABLE: table, EVIDENCE_BUCKET: bucket, TOPIC_ARN: topicArn, DATABASE_ID: databaseId, DATABASE_ENGINE: 'postgres',
    AUTO_SCALING_GROUP_NAME: 'web', TARGET_GROUP_ARN: 'arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/1', LOAD_BALANCER_FULL_NAME: 'app/web/1',
    GUARD_ALARMS: JSON.stringify(['errors']), DRILL_SETTINGS: JSON.stringify(settingsOf(settings)),
  };
}

function describeDatabase(): DBInstance {
  return {
    DBInstanceIdentifier: databaseId, DBInstanceArn: `arn:aws:rds:eu-west-3:123456789012:db:${databaseId}`, DbiResourceId: 'db-SHOP', Engine: 'postgres',
    EngineVersion: '17.4', DBInstanceClass: 'db.m6g.large', DBInstanceStatus: 'available', MultiAZ: true, AvailabilityZone: 'eu-west-3a',
    SecondaryAvailabilityZone: 'eu-west-3b', PendingModifiedValues: {}, PreferredBackupWindow: '02:00-03:00', PreferredMaintenanceWindow: 'sun:03:30-sun:04:30',
    DBParameterGroups: [{ DBParameterGroupName: 'shop-parameters', ParameterApplyStatus: 'in-sync' }], ReadReplicaDBInstanceIdentifiers: [],
    Endpoint: { Address: 'shop.rds.amazonaws.com', Port: 5432 }, TagList: [{ Key: 'webmarket:failover-drills', Value: 'allowed' }],
  };
}

type Execute = (input: never) => object;

/** Puts the answers of a test in the place of services that would have to be built up for them. */
function answer(scene: DrillScene): void {
  const { account, answers } = scene;
  const replace = (service: { readonly operations: object }, operations: Readonly<Record<string, Execute>>): void => {
    for (const [name, execute] of Object.entries(operations)) Object.assign(service.operations, { [name]: { authorise: () => [], execute } });
  };
  replace(account.rds, {
    DescribeDBInstances: () => ({ DBInstances: [scene.database] }),
    DescribeEvents: ({ StartTime, EndTime }: { StartTime: Date; EndTime: Date }) => ({
      Events: answers.events.filter(({ Date: date }) => date !== undefined && date >= StartTime && date <= EndTime),
    }),
    DescribePendingMaintenanceActions: () => ({ PendingMaintenanceActions: [{ PendingMaintenanceActionDetails: answers.maintenance }] }),
    // On two pages: settings may stand on any.
    DescribeDBParameters: ({ Marker }: { Marker?: string }) => (Marker === undefined ? { Parameters: [{ ParameterName: 'work_mem' }], Marker: '2' } : { Parameters: answers.parameters }),
    RebootDBInstance: (input: RebootDBInstanceCommandInput) => {
      if (scene.rebootError !== undefined) throw scene.rebootError;
      scene.reboots.push(input);
      return {};
    },
  });
  replace(account.cloudWatch, { DescribeAlarms: ({ AlarmNames }: { AlarmNames: string[] }) => ({ MetricAlarms: answers.alarms.filter(({ AlarmName = '' }) => AlarmNames.includes(AlarmName)) }) });
  replace(account.stepFunctions, {
    SendTaskSuccess: ({ taskToken }: { taskToken: string }) => {
      scene.resumed.push(taskToken);
      return {};
    },
  });
  replace(account.autoScaling, { DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [{ MinSize: answers.floor }] }) });
  const targets = (count: number, State: string) => Array.from({ length: count }, () => ({ TargetHealth: { State } }));
  replace(account.elasticLoadBalancing, {
    DescribeTargetHealth: () => ({ TargetHealthDescriptions: [...targets(answers.healthy, 'healthy'), ...targets(answers.unhealthy, 'unhealthy')] }),
  });
}
