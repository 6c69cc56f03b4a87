import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Principal } from '../../kernel/principal.ts';

/** A call that EventBridge or Scheduler makes to reach a target. */
export interface TargetCall {
  readonly sdkId: string;
  readonly operation: string;
  readonly input: unknown;
}

/** The call that hands `payload`, JSON text, to a state machine, function or topic. */
export function callOfArn(arn: string, payload: string): TargetCall {
  const [, , service, , , type] = arn.split(':');
  if (service === 'states' && type === 'stateMachine') {
    return { sdkId: 'SFN', operation: 'StartExecution', input: { stateMachineArn: arn, input: payload } };
  }
  if (service === 'lambda') {
    return { sdkId: 'Lambda', operation: 'Invoke', input: { FunctionName: arn, InvocationType: 'Event', Payload: payload } };
  }
  if (service === 'sns') return { sdkId: 'SNS', operation: 'Publish', input: { TopicArn: arn, Message: payload } };
  throw new NotModelledError(`The target ${arn} is not modelled.`);
}

export interface Sender {
  /** For example `scheduler.amazonaws.com`. */
  readonly service: string;
  /** What the service acts for, as trust and resource policies see it in `aws:SourceArn`. */
  readonly sourceArn: string;
  /** Absent: the target's own policy decides. */
  readonly roleArn: string | undefined;
  readonly session: string;
}

/** Makes the call as the role, once the service may assume it, or as the service itself. Throws `AwsError` as the target does. */
export async function send(account: Account, sender: Sender, call: TargetCall): Promise<void> {
  await account.call({ principal: principalOf(account, sender), ...call });
}

function principalOf(account: Account, { service, sourceArn, roleArn, session }: Sender): Principal {
  if (roleArn === undefined) return { kind: 'service', service, sourceArn };
  const decision = account.iam.canAssume(service, roleArn, sourceArn);
  if (decision.allowed) return { kind: 'role', roleArn, session };
  throw new AwsError('AccessDeniedException', `${service} may not assume ${roleArn}: ${decision.reason}`, { statusCode: 403 });
}
