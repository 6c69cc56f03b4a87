import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { AdviceReport } from '../../../functions/reservations/advice.ts';
import { adviceReportSchema, reportKey } from '../../../functions/reservations/advice.ts';
import type { Commitments } from '../../../functions/reservations/commitments.ts';
import type { Observation } from '../../../functions/reservations/observation.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import { parseLaunchTemplateData } from '../../../simulator/services/ec2/launch-templates.ts';
import { shopDatabase } from '../../simulator/services/rds/database-account.ts';
import { bucket, context, openSession, type Session, table, topicArn } from '../platform/session.ts';
import { day, hour, pricesOf, settingsOf } from './fixtures.ts';
import type { AdviceInput } from '../../../functions/reservations/compile-advice.ts';

export const group = 'web';

export interface Told {
  readonly key: string;
  readonly kind: string;
  readonly severity: string;
  readonly subject: string;
  readonly text: string;
}

export interface ReservationScene extends Session {
  /** Calls that the code made, attempt by attempt. */
  readonly calls: string[];
  /** What Auto Scaling says of the group's instances: type and state. Undefined: it knows no such group. */
  instances: readonly (readonly [type: string, state: string])[] | undefined;
  /** ISO 8601, so many days before the clock. */
  ago(days: number): string;
  /** Puts the size of the group into CloudWatch, hour by hour, for so many days up to the last whole hour. Undefined: nothing is known of it. */
  recordSizes(days: number, sizeOf: (index: number) => number | undefined): void;
  lease(id: string, from: string, until: string, changes?: object): Promise<void>;
  /** So many instances and the database have run for so many days, as Cost Explorer sees it. */
  meter(instances: number, days: number): Promise<void>;
  observe(): Promise<Observation>;
  read(): Promise<Commitments>;
  report(input: Pick<AdviceInput, 'observation'> & { readonly commitments: Commitments | null }, adviceId?: string): Promise<unknown>;
  filed(adviceId?: string): AdviceReport;
  file(name: 'advice.json' | 'advice.html', adviceId?: string): string;
  messages(): Told[];
  /** Lets every attempt of an operation go wrong. */
  deny(operation: string): void;
}

/** An account in which a group and a database are looked at. Auto Scaling and the time at which it is asked are the test's to set. */
export function openReservationScene(settings: Parameters<typeof settingsOf>[0] = {}): ReservationScene {
  const session = openSession();
  const { account, clock } = session;
  session.environment = {
    LEDGER_TABLE: table, EVIDENCE_BUCKET: bucket, TOPIC_ARN: topicArn, GROUP_NAME: group, INSTANCE_TYPE: 't3.medium', DATABASE_ID: shopDatabase.id, DESCENT_MINUTES: '50',
    RESERVATION_SETTINGS: JSON.stringify(settingsOf(settings)), ADVICE_PRICES: JSON.stringify(pricesOf()),
  };
  const startedAt = (): string => new Date(clock.now()).toISOString();
  const invoke = async <Answer>(name: string, event: object): Promise<Answer> => {
    const handler = await loadHandler(name, session.environment);
    return (await session.run(() => handler(event, context))) as Answer;
  };
  const requestOf = (adviceId: string) => ({ adviceId, startedAt: startedAt() });
  const scene: ReservationScene = Object.assign(session, {
    calls: [] as string[],
    instances: [['t3.medium', 'InService']] as ReservationScene['instances'],
    ago: (days: number) => new Date(clock.now() - days * day).toISOString(),
    recordSizes: (days: number, sizeOf: (index: number) => number | undefined) => {
      const first = Math.ceil(clock.now() / hour - 1) * hour - days * day;
      for (let index = 0; index < days * 24; index += 1) {
        const value = sizeOf(index);
        const at = first + index * hour;
        // Two values an hour: what counts is the fewer.
        if (value !== undefined) for (const each of [value, value + 2]) account.cloudWatch.putMetric({ namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances', dimensions: { AutoScalingGroupName: group }, value: each, at });
      }
    },
    lease: async (id: string, from: string, until: string, changes: object = {}) => {
      const value = { id, kind: 'sale', status: 'active', from, until, floor: 9, ceiling: 12, ...changes };
      await session.run(() => new Ledger(table).write({ type: 'capacity', id: `lease/${id}`, revision: 1, value }));
    },
    meter: async (instances: number, days: number) => {
      account.serviceQuotas.set('ec2', 'L-1216C47A', 256);
      const vpc = account.ec2.createVpc('10.0.0.0/16', {});
      const subnet = account.ec2.createSubnet({ vpcId: vpc.id, cidrBlock: '10.0.0.0/20', availabilityZone: 'eu-west-3a', mapPublicIpOnLaunch: false, tags: {} });
      const template = parseLaunchTemplateData({ InstanceType: 't3.medium', ImageId: 'ami-0123456789abcdef0' });
      for (let index = 0; index < instances; index += 1) account.ec2.instances.launch({ type: 't3.medium', subnet, template, tags: {} });
      account.rds.putDatabase({ ...shopDatabase });
      await clock.runUntil(clock.now() + days * day);
    },
    observe: () => invoke<Observation>('observe-usage', requestOf('advice-1')),
    read: () => invoke<Commitments>('read-commitments', requestOf('advice-1')),
    report: (input: object, adviceId = 'advice-1') => invoke<unknown>('report-advice', { ...requestOf(adviceId), ...input }),
    filed: (adviceId?: string) => adviceReportSchema.parse(JSON.parse(scene.file('advice.json', adviceId))),
    file: (name: 'advice.json' | 'advice.html', adviceId = 'advice-1') => new TextDecoder().decode(account.s3.objects(bucket, reportKey(requestOf(adviceId), name))[0]?.body),
    messages: () => account.sns.messages.map(({ message }) => JSON.parse(message) as Told),
    deny: (operation: string) => {
      account.faults = { faultFor: (request) => watch(scene, request.operation) ?? (request.operation === operation ? 'denied' : undefined) };
    },
  });
  scene.deny('');
  describeGroup(scene);
  return scene;
}

type Handler = (event: unknown, given: typeof context) => Promise<unknown>;

/** Environments of this process, by what is in them. */
const environments = new Map<string, number>();

/** A handler reads its environment once: for every other one it is loaded anew. */
async function loadHandler(name: string, environment: Session['environment']): Promise<Handler> {
  const key = JSON.stringify(environment);
  const instance = environments.get(key) ?? environments.size;
  environments.set(key, instance);
  const { handler } = (await import(`../../../functions/reservations/${name}.ts?instance=${instance}`)) as { readonly handler: Handler };
  return handler;
}

function watch({ calls }: ReservationScene, operation: string): undefined {
  calls.push(operation);
}

/** No group is built up: only what its instances are is looked at. */
function describeGroup(scene: ReservationScene): void {
  const execute = ({ AutoScalingGroupNames: [name] = [] }: { AutoScalingGroupNames?: string[] }): { AutoScalingGroups: Partial<AutoScalingGroup>[] } => {
    if (name !== group) throw new AwsError('ValidationError', `Asked for ${name}.`);
    if (scene.instances === undefined) return { AutoScalingGroups: [] };
    return { AutoScalingGroups: [{ Instances: scene.instances.map(([InstanceType, LifecycleState], index) => ({ InstanceId: `i-${index}`, InstanceType, LifecycleState: LifecycleState as 'InService', AvailabilityZone: 'eu-west-3a', HealthStatus: 'Healthy', ProtectedFromScaleIn: false })) }] };
  };
  Object.assign(scene.account.autoScaling.operations, { DescribeAutoScalingGroups: { authorise: () => [], execute } });
}
