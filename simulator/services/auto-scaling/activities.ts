import type { Activity as ActivityDescription } from '@aws-sdk/client-auto-scaling';
import type { Account } from '../../kernel/account.ts';
import type { Group } from './group.ts';

export interface Activity {
  readonly id: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: number;
  readonly zone: string;
  readonly subnetId: string;
  status: 'InProgress' | 'WaitingForELBConnectionDraining' | 'Successful' | 'Failed';
  statusMessage: string | undefined;
  endedAt: number | undefined;
}

/** Activities can be described for six weeks (API reference, DescribeScalingActivities). */
const retentionMilliseconds = 42 * 86_400_000;

/** Activities of one group, in the order in which they began. */
export class ActivityLog {
  readonly #activities: Activity[] = [];

  add(activity: Activity): Activity {
    this.#activities.push(activity);
    const horizon = activity.startedAt - retentionMilliseconds;
    if ((this.#activities[0]?.startedAt ?? Infinity) < horizon) {
      this.#activities.splice(0, this.#activities.findIndex(({ startedAt }) => startedAt >= horizon));
    }
    return activity;
  }

  newestFirst(): Activity[] {
    return this.#activities.toReversed();
  }
}

/** `2026-01-07T07:00:00Z`, as texts of activities give instants. */
export function activityTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function describeActivity(group: Group, activity: Activity): ActivityDescription {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: new Date(activity.startedAt),
    ...(activity.endedAt === undefined ? {} : { EndTime: new Date(activity.endedAt) }),
    StatusCode: activity.status,
    ...(activity.statusMessage === undefined ? {} : { StatusMessage: activity.statusMessage }),
    Progress: activity.endedAt === undefined ? (activity.status === 'InProgress' ? 30 : 50) : 100,
    Details: JSON.stringify({ 'Subnet ID': activity.subnetId, 'Availability Zone': activity.zone }),
  };
}

type EventName = 'EC2 Instance Launch Successful' | 'EC2 Instance Launch Unsuccessful' | 'EC2 Instance Terminate Successful';

/** Publishes the event of an activity that ended (EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling events"). */
export function publishActivity(account: Account, group: Group, activity: Activity, event: { readonly name: EventName; readonly instanceId: string }): void {
  const instanceArn = account.arn('ec2', `instance/${event.instanceId}`);
  account.eventBridge.publish({
    source: 'aws.autoscaling',
    detailType: event.name,
    detail: {
      ActivityId: activity.id,
      RequestId: activity.id,
      AutoScalingGroupName: group.name,
      EC2InstanceId: event.instanceId,
      Description: activity.description,
      Cause: activity.cause,
      StatusCode: activity.status === 'Failed' ? 'Failed' : 'InProgress',
      StatusMessage: activity.statusMessage ?? '',
      StartTime: new Date(activity.startedAt).toISOString(),
      EndTime: new Date(activity.endedAt ?? activity.startedAt).toISOString(),
      Details: { 'Availability Zone': activity.zone, 'Subnet ID': activity.subnetId },
      Origin: 'EC2',
      Destination: 'AutoScalingGroup',
    },
    resources: event.instanceId === '' ? [group.arn] : [group.arn, instanceArn],
  });
}
